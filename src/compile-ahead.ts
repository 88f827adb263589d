/**
 * Loads what the roles and the commands load, and runs none of it, so that Node keeps it compiled: the set-up of a clone and of the image.
 * Type stripping is most of the first start.
 */
import { keepCompiled } from './compiled.ts';

keepCompiled(process.env);

await Promise.all([
  import('./roles/run.ts'),
  import('./roles/bot.ts'),
  import('./roles/worker.ts'),
  import('./roles/both.ts'),
  import('./terminal/run.ts'),
  import('./terminal/process-io.ts'),
  import('./terminal/diagnose.ts'),
  import('./terminal/fix.ts'),
  import('./terminal/doctor.ts'),
  import('./terminal/capture.ts'),
  import('./terminal/explain.ts'),
  import('./terminal/help.ts'),
  import('./terminal/records.ts'),
  import('./terminal/cluster.ts'),
  import('./terminal/proposals.ts'),
  import('./commands/parse.ts'),
  import('./diagnosis/diagnose.ts'),
  import('./render/diagnosis-json.ts'),
  import('./render/diagnosis-text.ts'),
  import('./evidence/cluster-port.ts'),
]);
