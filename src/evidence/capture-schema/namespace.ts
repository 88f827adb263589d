import { z } from 'zod';
import { map, meta, opt, text, texts } from './parts.ts';

export const quota = z.looseObject({ meta, hard: map, used: map, scopes: opt(texts) });
export const namespace = z.looseObject({ meta, phase: opt(text) });
