export { buildReport } from './build';
export { harmless } from './harmless';
export { renderJunit } from './junit';
export { renderMarkdown } from './markdown';
export { renderText } from './text';
