/**
 * Loads what the roles and the commands load, and runs none of it, so that Node keeps it compiled: the set-up of a clone and of the image.
 * Type stripping is most of the first start.
 */
import { freshBundle, PROJECT, urlOf } from './bundle.js';
import { keepCompiled } from './compile-cache.js';

keepCompiled(process.env);

const chunks = freshBundle()?.chunks ?? [];
await Promise.all([
  import('../roles/run.ts'),
  import('../roles/bot.ts'),
  import('../roles/worker.ts'),
  import('../roles/both.ts'),
  ...chunks.map((chunk) => import(urlOf(PROJECT, chunk))),
]);
