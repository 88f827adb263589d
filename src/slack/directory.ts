import type { WebClient } from '@slack/web-api';
import type { DirectoryPort } from '../commands/types.ts';

/** Looks people and channels up, every time anew: what counts is who somebody is at the click. */
export function createDirectory(client: WebClient, team: string): DirectoryPort {
  return {
    async groupMembers(group) {
      const { users } = await client.usergroups.users.list({ usergroup: group });
      return users ?? [];
    },
    async isFullMember(id) {
      const { user } = await client.users.info({ user: id });
      if (!user || user.id !== id || user.team_id !== team) return false;
      return !(user.deleted || user.is_bot || user.is_restricted || user.is_ultra_restricted || user.is_stranger);
    },
    async isSharedChannel(id) {
      const { channel } = await client.conversations.info({ channel: id });
      return !channel || channel.is_ext_shared === true || channel.is_pending_ext_shared === true;
    },
  };
}
