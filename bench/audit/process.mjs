// What a process has used: processor time and memory, by the kernel's word.
import { readFileSync, writeFileSync } from 'node:fs';

const ticksPerSecond = 100; // what Linux tells user space, on every architecture

/** Seconds that all threads of it have run. */
export const cpuSeconds = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
};

const megabytes = (pid, field) =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]) / 1024;

export const rss = (pid) => megabytes(pid, 'VmRSS');

/** The highest since it was forgotten last, which takes root. */
export const peakRss = (pid) => megabytes(pid, 'VmHWM');
export const forgetPeak = (pid) => writeFileSync(`/proc/${pid}/clear_refs`, '5');
