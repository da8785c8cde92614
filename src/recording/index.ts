export type { Header } from './format';
export { type RecordOptions, recordEngine } from './record';
export { readRecording } from './read';
export { endingAt, shiftTimes } from './shift';
export { type RecordingWriter, writeRecording } from './write';
