export { checkAccess } from './check-access.ts';
export { foreignTexts } from './foreign-texts.ts';
export { keyboardReaches } from './keyboard-reaches.ts';
export { everyLook, type Look, looks } from './looks.ts';
export { type Frames, frames, percentile, slow, wire } from './measure.ts';
export { openBrowser, type TestBrowser } from './open-browser.ts';
export { shoot } from './shoot.ts';
export { problemsOf, type VisitOptions, visit } from './visit.ts';
