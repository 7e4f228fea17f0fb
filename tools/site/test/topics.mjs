/*
 * topics.mjs: what is tested, by name: each a function of the stage that returns
 * a sentence for each thing that is wrong.
 */
import * as axe from './axe.mjs';
import * as buttons from './buttons.mjs';
import * as calm from './calm.mjs';
import * as keyboard from './keyboard.mjs';
import * as motion from './motion.mjs';
import * as pages from './pages.mjs';
import * as search from './search.mjs';

export const topics = { ...pages, ...search, ...buttons, ...keyboard, ...motion, ...calm, ...axe };
