import { expect, it } from 'vitest';
import { CaptureError, parseCapture } from '../../src/evidence/capture.ts';

const head = '{"schema":"promfix.capture/v1","promfix":"0.1.0","evidence":';

it.each<readonly [string, string]>([
  ['a YAML bomb', ['a: &a [x,x,x]', 'b: &b [*a,*a,*a]', 'c: [*b,*b,*b]'].join('\n')],
  ['nesting without end', `${head}${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
  [
    'keys that would change what every object has',
    `${head}{"__proto__":{"polluted":true},"constructor":{"prototype":{}}}}`,
  ],
  ['a number for everything', `${head}1e400}`],
])('%s in a capture is refused in a sentence, quickly', (_what, text) => {
  const began = performance.now();

  expect(() => parseCapture(text)).toThrow(CaptureError);

  expect(performance.now() - began).toBeLessThan(5_000);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});
