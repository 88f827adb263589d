import { byType, type Check, flag, list, may, must, object, oneOf, text, typed, url } from './checks.ts';
import { LIMITS } from './limits.ts';

/** `plain_text` only: headers, buttons, labels, titles. */
export const plainText = (max: number): Check =>
  byType({ plain_text: typed('plain_text', { text: must(text(max)), emoji: may(flag) }) });

export const mrkdwn = (max: number): Check =>
  byType({ mrkdwn: typed('mrkdwn', { text: must(text(max)), verbatim: may(flag) }) });

export const anyText = (max: number): Check =>
  byType({
    plain_text: typed('plain_text', { text: must(text(max)), emoji: may(flag) }),
    mrkdwn: typed('mrkdwn', { text: must(text(max)), verbatim: may(flag) }),
  });

export const style = may(oneOf('primary', 'danger'));

export const confirm = may(
  object({
    title: may(plainText(LIMITS.confirm.title)),
    text: must(anyText(LIMITS.confirm.text)),
    confirm: may(plainText(LIMITS.confirm.button)),
    deny: may(plainText(LIMITS.confirm.button)),
    style,
  }),
);

/** An option of a menu, or (with mrkdwn) of check boxes and radio buttons. */
export const option = (label: (max: number) => Check): Check =>
  object({
    text: must(label(LIMITS.option.text)),
    value: must(text(LIMITS.option.value)),
    description: may(label(LIMITS.option.description)),
    url: may(url(LIMITS.option.url)),
  });

export const optionGroups = list(
  object({
    label: must(plainText(LIMITS.option.text)),
    options: must(list(option(plainText), 1, LIMITS.option.count)),
  }),
  1,
  LIMITS.option.groups,
);
