'use strict';
// npm run picture: draws docs/images/report.svg, the picture of the README, from what the demo really answers.
// With --check nothing is written, and a picture that shows something else fails (times aside: the demo ends now).

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { readFileSync, writeFileSync } = require('node:fs');
const { resolve } = require('node:path');

const root = resolve(__dirname, '..');
const file = resolve(root, 'docs/images/report.svg');
const job = 'gitlab:4712';
const lines = 33;
const size = { font: 13, line: 18, margin: 20, bar: 30, columns: 104 };

const escaped = (text) =>
  text.replace(/[&<>]/g, (each) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[each]);

/** What of a report's line is told apart by colour. */
const colourOf = (line) => {
  if (/^(BOTH|INTERFERED|INTERFERING|UNKNOWN|CLEAN)/.test(line)) return '#ff7b72';
  if (/^\S/.test(line)) return '#79c0ff';
  if (/^ {2}\d+\. /.test(line)) return '#f0f6fc';
  if (/^ +\d\d:\d\d:\d\d/.test(line)) return '#8b949e';
  return '#c9d1d9';
};

const draw = (text) => {
  const shown = [`$ crosstalk report ${job}`, '', ...text.trimEnd().split('\n')]
    .slice(0, lines)
    .concat('  …');
  const width = Math.ceil(size.columns * size.font * 0.61 + 2 * size.margin);
  const height = size.bar + shown.length * size.line + 2 * size.margin;
  const rows = shown.map((line, index) => {
    const y = size.bar + size.margin + index * size.line;
    const fill = index === 0 ? '#7ee787' : colourOf(line);
    return `<text x="${size.margin}" y="${y}" fill="${fill}" xml:space="preserve">${escaped(line)}</text>`;
  });
  const dots = ['#ff5f56', '#ffbd2e', '#27c93f'].map(
    (fill, index) => `<circle cx="${20 + index * 20}" cy="16" r="6" fill="${fill}"/>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`,
    `  font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${size.font}">`,
    `<title>Report of a CI job that another one broke</title>`,
    `<rect width="100%" height="100%" rx="10" fill="#0d1117"/>`,
    ...dots,
    ...rows,
    '</svg>',
    '',
  ].join('\n');
};

const times = /\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d(\.\d{3})?|\(\d+ min \d+ s\)/g;
const withoutTimes = (svg) => svg.replace(times, 'T');

/** The report that a demo of its own gives. */
const reportOfDemo = async () => {
  const command = [resolve(root, 'bin/crosstalk'), 'demo', '--listen', '127.0.0.1:0'];
  const demo = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    let output = '';
    for await (const text of demo.stdout.setEncoding('utf8')) {
      output += text;
      const address = /listening on (http:\S+)/.exec(output)?.[1];
      if (!address) continue;
      const answer = await fetch(`${address}/api/v1/jobs/${encodeURIComponent(job)}/report?format=text`);
      if (answer.ok) return await answer.text();
      throw new Error(`${job}: ${answer.status}`);
    }
    throw new Error('the demo ended before it listened');
  } finally {
    if (demo.exitCode === null && demo.kill()) await once(demo, 'exit');
  }
};

const main = async () => {
  const picture = draw(await reportOfDemo());
  if (process.argv[2] !== '--check') return writeFileSync(file, picture);
  if (withoutTimes(readFileSync(file, 'utf8')) === withoutTimes(picture)) return undefined;
  throw new Error('docs/images/report.svg shows something else than the demo; run: npm run picture');
};

main().catch(({ message }) => {
  console.error(message);
  process.exitCode = 1;
});
