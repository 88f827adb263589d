import { page } from '../args.ts';
import type { UserGroup } from '../data.ts';
import { Refusal } from '../refusal.ts';
import type { Slack } from '../slack.ts';
import { wireUser } from '../wire.ts';
import { findUser } from './find.ts';
import type { Method } from './method.ts';

const maySeeEmail = (slack: Slack): boolean => slack.installation.scopes.includes('users:read.email');

function needsPaidPlan(slack: Slack): void {
  if (slack.installation.plan === 'free') throw new Refusal('plan_upgrade_required');
}

const wireGroup = (slack: Slack, group: UserGroup) => ({
  id: group.id,
  team_id: slack.state.data.team.id,
  is_usergroup: true,
  name: group.handle,
  handle: group.handle,
  is_external: false,
  date_delete: group.disabled ? 1 : 0,
  user_count: group.users.length,
});

/** Users and user groups. */
export const PEOPLE = {
  'users.info': {
    token: 'bot',
    scopes: ['users:read'],
    tier: 4,
    handle: (slack, args) => ({ user: wireUser(findUser(slack, args.required('user')), maySeeEmail(slack)) }),
  },
  'users.list': {
    token: 'bot',
    scopes: ['users:read'],
    tier: 2,
    handle: (slack, args) => {
      const { items, next } = page(args, slack.state.data.users, 100, 1_000);
      return {
        members: items.map((one) => wireUser(one, maySeeEmail(slack))),
        response_metadata: { next_cursor: next },
      };
    },
  },
  'users.lookupByEmail': {
    token: 'bot',
    scopes: ['users:read.email'],
    tier: 3,
    handle: (slack, args) => {
      const email = args.required('email').toLowerCase();
      const user = slack.state.data.users.find((one) => !one.deleted && one.email?.toLowerCase() === email);
      if (user === undefined) throw new Refusal('users_not_found');
      return { user: wireUser(user, true) };
    },
  },
  'usergroups.list': {
    token: 'bot',
    scopes: ['usergroups:read'],
    tier: 2,
    handle: (slack, args) => {
      needsPaidPlan(slack);
      const groups = slack.state.data.userGroups.filter((one) => !one.disabled || args.flag('include_disabled'));
      const users = args.flag('include_users');
      return {
        usergroups: groups.map((one) => ({ ...wireGroup(slack, one), ...(users ? { users: one.users } : {}) })),
      };
    },
  },
  'usergroups.users.list': {
    token: 'bot',
    scopes: ['usergroups:read'],
    tier: 2,
    handle: (slack, args) => {
      needsPaidPlan(slack);
      const id = args.required('usergroup');
      const group = slack.state.data.userGroups.find((one) => one.id === id);
      if (group === undefined || (group.disabled && !args.flag('include_disabled')))
        throw new Refusal('no_such_subteam');
      return { users: group.users };
    },
  },
} as const satisfies Readonly<Record<string, Method>>;
