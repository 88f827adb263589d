import { listedChannels } from '../commands/listed-channels.ts';
import type { FileConfig } from '../config.ts';

export function isListed(file: FileConfig, channel: string): boolean {
  return listedChannels(file).includes(channel);
}
