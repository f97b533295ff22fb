import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { checkGallery, galleryIndex, openBrowser, type View } from '../../scripts/cards.ts';

const pictures = new URL('../../build/cards/', import.meta.url);
/** What a phone shows at night; `npm run cards` leaves every view. */
const isKept = ({ width, theme }: View) => width === 320 && theme === 'dark';

describe('the gallery of cards', function () {
  this.timeout(600_000);

  it('every card, in every language, at 320, 390 and 800 px, by day and by night: nothing cut, and no barrier', async () => {
    rmSync(pictures, { recursive: true, force: true });
    mkdirSync(pictures, { recursive: true });
    const browser = await openBrowser();
    try {
      assert.deepEqual(await checkGallery(browser, pictures, isKept), []);
      writeFileSync(new URL('index.html', pictures), galleryIndex(isKept));
    } finally {
      await browser.close();
    }
  });
});
