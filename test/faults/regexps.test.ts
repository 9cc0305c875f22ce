import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { check } from 'recheck'
import ts from 'typescript'
import { beforeAll, expect, test } from 'vitest'
import { root } from '../support/readme-programs.ts'

interface Found {
  readonly path: string
  readonly text: string
}

/** What a source file has of a kind of node, and where. */
function findAll(path: string, text: string, isWanted: (node: ts.Node) => boolean): Found[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true)
  const found: Found[] = []
  const visit = (node: ts.Node): void => {
    if (isWanted(node)) found.push({ path, text: node.getText() })
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

const isMade = (node: ts.Node): boolean =>
  (ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === 'RegExp'

const findInSources = (isWanted: (node: ts.Node) => boolean): Found[] =>
  readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => findAll(path, readFileSync(join(root, 'src', path), 'utf8'), isWanted))

async function complexityOf(literal: string): Promise<string> {
  const end = literal.lastIndexOf('/')
  // By the automaton alone, which proves it; a search for an attack, by chance, may miss one.
  const result = await check(literal.slice(1, end), literal.slice(end + 1), {
    checker: 'automaton',
    timeout: null,
  })
  return result.status === 'unknown' ? 'unknown' : result.complexity.type
}

// The one in JavaScript, so that the check is the same wherever it runs.
beforeAll(() => {
  process.env.RECHECK_BACKEND = 'pure'
})

test('no regular expression is put together at run time, where nobody could check it', () => {
  expect(findInSources(isMade)).toEqual([])
})

test('every regular expression takes a time that grows no faster than its text', {
  timeout: 120_000,
}, async () => {
  const literals = findInSources(ts.isRegularExpressionLiteral)
  expect(literals.length).toBeGreaterThan(30)
  const slow: string[] = []
  for (const { path, text } of literals) {
    const complexity = await complexityOf(text)
    if (complexity !== 'safe' && complexity !== 'linear') slow.push(`${path}: ${text} is ${complexity}`)
  }
  expect(slow).toEqual([])
})

test.each([
  ['/^a+$/', 'linear'],
  ['/^[abc]/', 'safe'],
  ['/\\s+$/', 'polynomial'],
  ['/^(a|a)*$/', 'exponential'],
  ['/^\\p{Cc}*\\p{L}*\\p{L}*$/u', 'polynomial'],
])('%s is %s', async (literal, complexity) => {
  expect(await complexityOf(literal)).toBe(complexity)
})
