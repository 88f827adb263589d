import { connectRedis } from '../store/connect.ts';
import { BULL_PREFIX } from '../store/keys.ts';
import { QUEUE } from './types.ts';

export { QUEUE };
export const PREFIX = BULL_PREFIX;

/** For adding and asking: fails within a second rather than keep a job to be added at some later time. */
export function producerConnection(url: string, onError: (error: Error) => void) {
  return connectRedis(url, 'bounded', onError);
}

/** For the worker: waits for Redis as long as it takes. */
export function workerConnection(url: string, onError: (error: Error) => void) {
  return connectRedis(url, 'patient', onError);
}
