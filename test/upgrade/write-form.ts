/** Writes the form of events down, once it has a version: see README.md beside this file. */
import { writeFileSync } from 'node:fs';
import { eventVersion } from '../../src/store/event-codec.ts';
import { storedForm } from './stored-form.ts';

const text = [`version ${eventVersion}`, ...storedForm()].map((line) => `${line}\n`).join('');
writeFileSync(new URL('form.txt', import.meta.url), text);
