import { expect, test } from 'vitest';
import { CaptureError, MAX_CAPTURE_LENGTH, parseCapture } from '../../src/evidence/capture.ts';

const messageOf = (text: string): string => {
  try {
    parseCapture(text);
    return 'accepted';
  } catch (error) {
    return error instanceof CaptureError ? error.message : `another error: ${String(error)}`;
  }
};

test('a file that is no capture is refused with the reason', () => {
  expect(messageOf('hello')).toBe('it is not JSON');
  expect(messageOf('[]')).toContain('it has no field "schema"');
  expect(messageOf('{"schema":"promfix.capture/v9"}')).toContain('it says "promfix.capture/v9"');
  expect(messageOf(' '.repeat(MAX_CAPTURE_LENGTH + 1))).toContain('larger than 32 MiB');
});

test('a capture with a field of the wrong type is refused with its path', () => {
  const text = JSON.stringify({
    schema: 'promfix.capture/v1',
    promfix: '0.1.0',
    evidence: { target: { cluster: 'c', kind: 'Deployment', namespace: 'n', name: 'x' } },
  });
  expect(messageOf(text)).toMatch(/^evidence\.target\.kind: /);
});
