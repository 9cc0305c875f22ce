import { describe, expect, test } from 'vitest'
import { readFileName } from '../../src/http/file-name.ts'

/** A text as fetch hands a header on that was written in UTF-8. */
const asLatin1 = (text: string) => Buffer.from(text).toString('latin1')

describe('the name that is proposed', () => {
  test.each<[disposition: string | null, name: string | undefined]>([
    ['attachment; filename=x.json', 'x.json'],
    ['attachment; FileName = x.json ; size=4', 'x.json'],
    ['filename=x.json', 'x.json'],
    ['attachment; filename=cards of March.csv; size=4', 'cards of March.csv'],
    ['attachment; filename="cards of March.csv"', 'cards of March.csv'],
    ['attachment; filename="a;b.json"; size=4', 'a;b.json'],
    ['attachment; name="x; filename=evil"; filename=x.json', 'x.json'],
    ['attachment; filename="unended.csv', 'unended.csv'],
    ['attachment; filename="a" trailing; size=4', 'a'],
    ['attachment; filename=first.csv; filename=second.csv', 'first.csv'],
    ["attachment; filename=x.json; filename*=UTF-8''%C3%A9.json", 'é.json'],
    ["attachment; filename*=utf-8'en'%e2%82%ac.csv; filename=x.json", '€.csv'],
    ['attachment; filename*="UTF-8\'\'%e2%82%ac.csv"', '€.csv'],
    ["attachment; filename*=ISO-8859-1''%A3%e9.csv", '£é.csv'],
    ["attachment; filename=x.json; filename*=UTF-8''%zz", 'x.json'],
    ["attachment; filename=x.json; filename*=UTF-8''%C3.json", 'x.json'],
    ["attachment; filename=x.json; filename*=koi8-r''%C3.json", 'x.json'],
    ['attachment; filename=x.json; filename*=y.json', 'x.json'],
    [`attachment; filename="${asLatin1('監査ログ.csv')}"`, '監査ログ.csv'],
    [`attachment; filename=${asLatin1('é 😀.csv')}`, 'é 😀.csv'],
    ['attachment; filename="caf\u00e9.csv"', 'café.csv'],
    ['attachment; filename="監査.csv"', '監査.csv'],
    ['attachment; filename=" x.json. . "', 'x.json'],
    ['attachment; filename="annual\u200b\u00ad.csv"', 'annual.csv'],
    ["attachment; filename*=UTF-8''annual%E2%80%AEfdp.csv", 'annualfdp.csv'],
    ["attachment; filename*=UTF-8''%E2%81%A6a%E2%81%A9%EF%BB%BF.csv", 'a.csv'],
    ['attachment; filename="console.csv"', 'console.csv'],
    ['attachment; filename="com10.csv"', 'com10.csv'],
    [null, undefined],
    ['', undefined],
    ['attachment', undefined],
    ['attachment; filename', undefined],
    ['attachment; filename=""', undefined],
    ['attachment; filename="..."', undefined],
  ])('of %j is %j', (disposition, name) => expect(readFileName(disposition)).toBe(name))

  test.each([
    ...[...'/\\:*?"<>|'].map((sign) => `a${sign}b.csv`),
    '../../etc/passwd',
    'C:\\dir\\x.csv',
    '.bashrc',
    '\u200b.bashrc',
    'a\u0000b',
    'a\nb',
    'a\u0085b',
    ...['CON', 'nul', 'Aux.csv', 'prn .csv', 'COM1.txt', 'lpt9', 'COM².csv', 'CONIN$', 'con\u200b', 'nul.'],
  ])('that can do harm is not used: %j', (name) => {
    const escaped = name.replace(/["\\]/g, '\\$&')
    expect(readFileName(`attachment; filename="${asLatin1(escaped)}"`)).toBeUndefined()
    expect(readFileName(`attachment; filename*=UTF-8''${encodeURIComponent(name)}`)).toBeUndefined()
  })
})

describe('a long name is cut', () => {
  test.each([
    ['x'.repeat(224), 'x'.repeat(223)],
    [`${'x'.repeat(300)}.csv`, `${'x'.repeat(219)}.csv`],
    [`${'x'.repeat(300)}.tar.gz`, `${'x'.repeat(216)}.tar.gz`],
    // A sign of three bytes, one of four.
    [`${'監'.repeat(100)}.csv`, `${'監'.repeat(73)}.csv`],
    [`${'😀'.repeat(100)}.json`, `${'😀'.repeat(54)}.json`],
    [`${'x'.repeat(215)}   ${'y'.repeat(100)}.json`, `${'x'.repeat(215)}.json`],
    [`x.${'y'.repeat(300)}`, `x.${'y'.repeat(221)}`],
  ])('%j', (name, cut) => {
    expect(readFileName(`attachment; filename*=UTF-8''${encodeURIComponent(name)}`)).toBe(cut)
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(223)
  })

  test('one that fits is not', () => {
    const name = `${'x'.repeat(219)}.csv`
    expect(readFileName(`attachment; filename=${name}`)).toBe(name)
  })
})
