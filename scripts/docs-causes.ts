/** Writes docs/causes.md and docs/schemas/diagnosis.v1.json; a test compares both with the code. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { causesPage } from '../src/render/causes-page.ts';
import { diagnosisSchema } from '../src/render/diagnosis-schema.ts';

const docs = new URL('../docs/', import.meta.url);
mkdirSync(new URL('schemas/', docs), { recursive: true });
writeFileSync(new URL('causes.md', docs), causesPage());
writeFileSync(
  new URL('schemas/diagnosis.v1.json', docs),
  `${JSON.stringify(z.toJSONSchema(diagnosisSchema), null, 2)}\n`,
);
