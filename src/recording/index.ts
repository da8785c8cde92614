export { RecordingError } from './error';
export type { Header } from './format';
export { readRecording } from './read';
export { endingAt, shiftTimes } from './shift';
export { type Recorded, type RecordingWriter, writeRecording } from './write';
