import type { WebClient } from '@slack/web-api';
import type { DirectoryPort } from '../ports.ts';

/** Slack's own user, which is not marked as a bot. */
const SLACKBOT = 'USLACKBOT';

interface SlackUser {
  readonly team_id?: string;
  readonly deleted?: boolean;
  readonly is_bot?: boolean;
  readonly is_restricted?: boolean;
  readonly is_ultra_restricted?: boolean;
  readonly is_stranger?: boolean;
}

function isFull(user: SlackUser, team: string): boolean {
  if (user.team_id !== team) return false;
  return !(user.deleted || user.is_bot || user.is_restricted || user.is_ultra_restricted || user.is_stranger);
}

/** Looks people and channels up, every time anew: what counts is who somebody is at the click. */
export function createDirectory(client: WebClient, team: string): DirectoryPort {
  return {
    async groupMembers(group) {
      const { users } = await client.usergroups.users.list({ usergroup: group });
      return users ?? [];
    },
    async isFullMember(id) {
      const { user } = await client.users.info({ user: id });
      return user?.id === id && isFull(user, team);
    },
    async countMembers(enough) {
      let count = 0;
      let cursor: string | undefined;
      do {
        const page = await client.users.list({ limit: 500, ...(cursor !== undefined && { cursor }) });
        count += (page.members ?? []).filter((user) => user.id !== SLACKBOT && isFull(user, team)).length;
        cursor = page.response_metadata?.next_cursor;
      } while (count < enough && cursor);
      return count;
    },
    async isSharedChannel(id) {
      const { channel } = await client.conversations.info({ channel: id });
      return !channel || channel.is_ext_shared === true || channel.is_pending_ext_shared === true;
    },
  };
}
