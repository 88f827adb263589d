// Adds up vitest's JSON reports. A report that is missing counts as one failure: a suite that did not run has not passed.
import { readFileSync } from 'node:fs';

let passed = 0;
let failed = 0;
for (const file of process.argv.slice(2)) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    passed += report.numPassedTests;
    failed += report.numFailedTests;
    // A suite that could not even be loaded has no failed test.
    if (report.numFailedTests === 0 && (report.numFailedTestSuites > 0 || report.numPassedTests === 0)) failed += 1;
  } catch {
    failed += 1;
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
