import type { Args } from '../args.ts';
import { LIMITS } from '../blocks/limits.ts';
import { checkView } from '../blocks/validate.ts';
import type { View } from '../data.ts';
import { isObject, type JsonObject } from '../json.ts';
import { invalidArgument, Refusal } from '../refusal.ts';
import type { Slack } from '../slack.ts';
import { nextHash, openModal, viewContent } from '../views.ts';
import { wireView } from '../wire.ts';
import { findUser } from './find.ts';
import type { Method } from './method.ts';

function readView(slack: Slack, args: Args, surface: 'modal' | 'home'): JsonObject {
  const view = args.json('view', 'invalid_arguments');
  if (!isObject(view)) throw invalidArgument('missing required field: view', '/view');
  return checkView(view, surface, slack.installation.unsupportedBlocks);
}

function existing(slack: Slack, args: Args): View {
  const id = args.text('view_id');
  const external = args.text('external_id');
  if ((id === undefined) === (external === undefined)) {
    throw invalidArgument('must provide exactly one of `view_id` and `external_id`', '');
  }
  const view = slack.state.data.views.find((one) => (id === undefined ? one.external_id === external : one.id === id));
  if (view === undefined) throw new Refusal('not_found');
  return view;
}

export const VIEWS = {
  'views.open': {
    token: 'bot',
    scopes: [],
    tier: 4,
    handle: (slack, args) => {
      const content = readView(slack, args, 'modal');
      const trigger = slack.triggers.exchange(args.required('trigger_id'));
      for (const open of slack.state.modals(trigger.user).toReversed()) slack.state.closeView(open);
      return { view: wireView(slack.state, openModal(slack, trigger.user, content, null)) };
    },
  },
  'views.push': {
    token: 'bot',
    scopes: [],
    tier: 4,
    handle: (slack, args) => {
      const content = readView(slack, args, 'modal');
      const trigger = slack.triggers.exchange(args.required('trigger_id'));
      const stack = slack.state.modals(trigger.user);
      const top = stack.at(-1);
      if (top === undefined || trigger.view === undefined) throw new Refusal('not_found');
      if (stack.length >= LIMITS.view.stack) throw new Refusal('push_limit_reached');
      return { view: wireView(slack.state, openModal(slack, trigger.user, content, top)) };
    },
  },
  'views.update': {
    token: 'bot',
    scopes: [],
    tier: 4,
    handle: (slack, args) => {
      const view = existing(slack, args);
      const content = readView(slack, args, view.type);
      const hash = args.text('hash');
      if (hash !== undefined && hash !== view.hash) throw new Refusal('hash_conflict');
      const next = slack.state.changeView(view, {
        ...view,
        ...viewContent(slack, content, view),
        hash: nextHash(slack),
      });
      return { view: wireView(slack.state, next) };
    },
  },
  'views.publish': {
    token: 'bot',
    scopes: [],
    tier: 4,
    handle: (slack, args) => {
      const user = findUser(slack, args.required('user_id'));
      const content = readView(slack, args, 'home');
      if (!slack.installation.homeTab) throw new Refusal('not_enabled');
      const old = slack.state.data.views.find((one) => one.type === 'home' && one.user === user.id);
      const hash = args.text('hash');
      if (hash !== undefined && hash !== old?.hash) throw new Refusal('hash_conflict');
      const home = openModal(slack, user.id, content, null, 'home', old);
      return { view: wireView(slack.state, home) };
    },
  },
} as const satisfies Readonly<Record<string, Method>>;
