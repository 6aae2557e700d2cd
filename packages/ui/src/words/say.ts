// One code for pages and browsers.
export { type Forms, say } from '../browser/say.js';
