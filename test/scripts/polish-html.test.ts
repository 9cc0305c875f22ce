import { expect, test } from 'vitest'
import { polishHtml } from '../../scripts/docs/polish-html.ts'

test.each([
  [
    '<div class="col-content"><p></p></div>\n<div class="col-sidebar"></div>',
    '<main class="col-content"><p></p></main>\n<div class="col-sidebar"></div>',
  ],
  [
    '<div class="page-menu"></div>\n<div class="site-menu"></div>',
    '<aside class="page-menu" aria-label="On this page"></aside>\n<div class="site-menu"></div>',
  ],
  ['<div class="tsd-page-title">\n<h1>site</h1></div><h1 id="a">a</h1>', '<h1 id="a">a</h1>'],
  ['<div class="tsd-page-title">\n<h1>a</h1></div>', '<div class="tsd-page-title">\n<h1>a</h1></div>'],
  ['<h4>a</h4><h5 class="b" id="c">d</h5>', '<h2 class="small-4">a</h2><h3 class="small-5 b" id="c">d</h3>'],
  [
    '<summary><h2>A<a href="#a" class="tsd-anchor-icon"><svg></svg></a></h2></summary><a class="tsd-anchor-icon">x</a>',
    '<summary><h2>A</h2></summary><a class="tsd-anchor-icon">x</a>',
  ],
  [
    '<table></table>',
    '<div class="table" tabindex="0" role="group" aria-label="Table"><table></table></div>',
  ],
])('%s', (html, polished) => expect(polishHtml(html)).toBe(polished))
