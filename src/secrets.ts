/** Anything that opens a door: Slack tokens and URLs that carry a right by themselves, bearer tokens, passwords in URLs. */
const SECRETS = [
  /\bx(?:ox[a-z]|app)-[\w-]{6,}/g,
  /\bBearer\s+[\w.~+/-]{8,}=*/gi,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /https:\/\/hooks\.slack\.com\/\S+/g,
  /(?<=\/\/[^/\s:@]{0,256}:)[^/\s]{1,512}(?=@)/g,
];

/** A text that may be logged: what opens a door is replaced by `[hidden]`. */
export function hideSecrets(text: string): string {
  return SECRETS.reduce((shown, pattern) => shown.replace(pattern, '[hidden]'), text);
}
