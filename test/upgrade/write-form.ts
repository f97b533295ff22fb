/** Writes the form of events down, for a version that has none yet: see README.md beside this file. */
import { eventVersion } from '../../src/store/event-codec.ts';
import { keepForm } from './kept-forms.ts';
import { storedForm } from './stored-form.ts';

keepForm({ version: eventVersion, lines: storedForm() });
