import type { FileConfig } from '../config.ts';

/** The channels in which commands are answered; the incident channel is always the first. */
export function listedChannels(file: FileConfig): readonly string[] {
  return [...new Set([file.slack.incidentChannel, ...file.slack.commandChannels])];
}
