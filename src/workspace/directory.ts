import type { Channel, User, UserGroup, WorkspaceData } from './data.ts';
import { stableId } from './ids.ts';
import type { ChannelOption, PersonOption, UserGroupOption, WorkspaceOptions } from './options.ts';
import type { State } from './state.ts';

const BOT = 'promfix';
const TEAM = { id: stableId('T', 'workspace'), name: 'Workspace', domain: 'workspace' };
const OTHER_TEAM = stableId('T', 'another workspace');

function toUser(option: string | PersonOption): User {
  const one = typeof option === 'string' ? { name: option } : option;
  return {
    id: one.id ?? stableId('U', one.name),
    team_id: one.external === true ? OTHER_TEAM : TEAM.id,
    name: one.name,
    real_name: one.name,
    email: one.email ?? `${one.name}@example.com`,
    deleted: one.deleted ?? false,
    is_admin: one.admin ?? false,
    is_bot: false,
    is_restricted: one.guest !== undefined,
    is_ultra_restricted: one.guest === 'single',
    is_stranger: one.external ?? false,
  };
}

function toChannel(option: string | ChannelOption, users: readonly User[], bot: User, created: number): Channel {
  const one: ChannelOption = typeof option === 'string' ? { name: option } : option;
  const regulars = users.filter((user) => !user.is_restricted && !user.is_stranger && !user.deleted);
  const named = one.members?.map((name) => findPerson(users, name)) ?? regulars;
  return {
    id: one.id ?? stableId('C', one.name),
    name: one.name,
    kind: one.private === true ? 'private' : 'public',
    created,
    creator: named[0]?.id ?? bot.id,
    is_archived: one.archived ?? false,
    is_ext_shared: one.externalShared ?? false,
    is_read_only: one.readOnly ?? false,
    members: [...named.map((user) => user.id), ...(one.bot === false ? [] : [bot.id])],
    topic: '',
  };
}

function toGroup(option: UserGroupOption, users: readonly User[]): UserGroup {
  return {
    id: option.id ?? stableId('S', option.handle),
    handle: option.handle,
    users: option.members.map((name) => findPerson(users, name).id),
    disabled: option.disabled ?? false,
  };
}

/** A person by id or name (with or without @). Throws: a test that names nobody is wrong. */
export function findPerson(users: readonly User[], reference: string): User {
  const name = reference.replace(/^@/, '');
  const found = users.find((user) => user.id === reference || user.name === name);
  if (found === undefined) throw new Error(`there is nobody called ${reference} in the workspace`);
  return found;
}

/** A channel by id or name (with or without #). Throws: a test that names none is wrong. */
export function findPlace(state: State, reference: string): Channel {
  const name = reference.replace(/^#/, '');
  const found = state.data.channels.find((one) => one.id === reference || (one.name !== '' && one.name === name));
  if (found === undefined) throw new Error(`there is no channel called ${reference} in the workspace`);
  return found;
}

/** The workspace as it is before anything happens. */
export function initialData(options: WorkspaceOptions, now: Date): WorkspaceData {
  const bot: User = { ...toUser(BOT), id: stableId('U', `bot ${BOT}`), is_bot: true };
  const people = options.people.map(toUser);
  const created = Math.floor(now.getTime() / 1_000);
  return {
    team: TEAM,
    app: { id: stableId('A', BOT), botId: stableId('B', BOT), botUser: bot.id },
    users: [...people, bot],
    channels: options.channels.map((one) => toChannel(one, people, bot, created)),
    userGroups: (options.userGroups ?? []).map((one) => toGroup(one, people)),
    messages: [],
    ephemerals: [],
    views: [],
    files: [],
    lastMicros: 0,
  };
}
