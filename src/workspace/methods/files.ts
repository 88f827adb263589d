import { Args } from '../args.ts';
import { lintContent, readContent } from '../content.ts';
import { randomId } from '../ids.ts';
import { asText } from '../json.ts';
import { postMessage } from '../posting.ts';
import { Refusal } from '../refusal.ts';
import { findThread, joinedChannel } from './find.ts';
import type { Method } from './method.ts';

/** The three steps of an upload: ask for an address, send the bytes there, complete. Before that a file is invisible. */
export const FILES = {
  'files.getUploadURLExternal': {
    token: 'bot',
    scopes: ['files:write'],
    tier: 4,
    handle: (slack, args) => {
      const name = args.required('filename');
      const size = Number(args.raw['length']);
      if (!Number.isInteger(size) || size < 1) throw new Refusal('invalid_arguments');
      const id = randomId('F');
      slack.state.data.files.push({ id, name, title: name, size, completed: false });
      return { upload_url: `${slack.address}/upload/${id}`, file_id: id };
    },
  },
  'files.completeUploadExternal': {
    token: 'bot',
    scopes: ['files:write'],
    tier: 4,
    handle: (slack, args) => {
      const wanted = args.objects('files', 'invalid_arguments') ?? [];
      const { files } = slack.state.data;
      const found = wanted.map((one) => {
        const file = files.find((known) => known.id === one['id']);
        if (file === undefined || file.content === undefined || file.completed) throw new Refusal('file_not_found');
        return { ...file, title: asText(one['title']) || file.name, completed: true };
      });
      if (found.length === 0) throw new Refusal('invalid_arguments');
      const channel = args.has('channel_id')
        ? joinedChannel(slack, new Args({ channel: args.raw['channel_id'] }))
        : undefined;
      const comment = args.text('initial_comment') ?? '';
      const content = comment === '' ? { text: '', blocks: [] } : readContent(slack, new Args({ text: comment }));
      const thread = channel === undefined ? undefined : findThread(slack, channel, args);
      for (const file of found)
        files.splice(
          files.findIndex((one) => one.id === file.id),
          1,
          file,
        );
      const wire = found.map((one) => ({ id: one.id, name: one.name, title: one.title, size: one.size }));
      if (channel !== undefined) {
        if (comment !== '') lintContent(slack, 'files.completeUploadExternal', args, content);
        const message = postMessage(slack, channel, content, thread === undefined ? {} : { thread_ts: thread });
        slack.state.change(message, { ...message, files: wire });
      }
      return { files: wire };
    },
  },
} as const satisfies Readonly<Record<string, Method>>;
