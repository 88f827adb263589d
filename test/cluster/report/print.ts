// Prints the reports of some runs as one table: node test/cluster/report/print.ts FILE [FILE …]
import { readReport } from './report.ts';
import { reportTable } from './table.ts';

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('usage: node test/cluster/report/print.ts FILE [FILE …]');
  process.exitCode = 64;
} else {
  const rows = readReport(files);
  console.log(reportTable(rows));
  if (rows.some((row) => !row.right)) process.exitCode = 1;
}
