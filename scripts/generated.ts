import { z } from 'zod';
import { diagnosisSchema } from '../src/render/diagnosis-schema.ts';
import { causesPage } from './causes-page.ts';
import { chartPolicy } from './chart-policy.ts';
import { chartRoles } from './chart-roles.ts';
import { permissionsPage } from './permissions-page.ts';

/** Path in the repository → text, for every file that is made from the code. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    'docs/causes.md': causesPage(),
    'docs/permissions.md': permissionsPage(),
    'docs/schemas/diagnosis.v1.json': `${JSON.stringify(z.toJSONSchema(diagnosisSchema), null, 2)}\n`,
    'helm/promfix/templates/policy.yaml': chartPolicy(),
    'helm/promfix/templates/rbac.yaml': chartRoles(),
  };
}
