import { AUTH } from './auth.ts';
import { CHAT } from './chat.ts';
import { CONVERSATIONS } from './conversations.ts';
import { FILES } from './files.ts';
import type { Method } from './method.ts';
import { PEOPLE } from './people.ts';
import { REACTIONS } from './reactions.ts';
import { VIEWS } from './views.ts';

/** Every Web API method of the workspace. Anything else is answered with `unknown_method`, and is a problem. */
export const METHODS: Readonly<Record<string, Method>> = {
  ...AUTH,
  ...CHAT,
  ...CONVERSATIONS,
  ...FILES,
  ...PEOPLE,
  ...REACTIONS,
  ...VIEWS,
};
