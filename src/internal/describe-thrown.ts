/**
 * Says what was thrown and where, and nothing of its text, which may contain a secret: `TypeError at file:///app.js:3:9`.
 *
 * @param thrown - any value at all
 */
export function describeThrown(thrown: unknown): string {
  const name = nameOf(thrown)
  const place = placeOf(thrown)
  return place === undefined ? name : `${name} at ${place}`
}

function nameOf(thrown: unknown): string {
  if (thrown === null || (typeof thrown !== 'object' && typeof thrown !== 'function')) {
    return thrown == null ? String(thrown) : `a ${typeof thrown}`
  }
  const name = attempt(() => Object.getPrototypeOf(thrown)?.constructor?.name)
  return typeof name === 'string' && /^[\p{ID_Start}$_][\p{ID_Continue}$]{0,99}$/u.test(name)
    ? name
    : 'an object'
}

/** The place of the first stack frame that has one. */
function placeOf(thrown: unknown): string | undefined {
  const { stack, message } = attempt(() => readText(thrown as Partial<Error>)) ?? {}
  if (typeof stack !== 'string') return undefined
  // The text comes first in the stack, may have many lines, and could look like a frame.
  const start = typeof message === 'string' ? stack.indexOf(message) : -1
  const frames = start < 0 ? stack : stack.slice(start + (message as string).length)
  for (const line of frames.split('\n', 20)) {
    const place = toPlace(line.slice(0, 1_000))
    if (place !== undefined) return place
  }
  return undefined
}

const readText = ({ stack, message }: Partial<Error>) => ({ stack, message })

// V8 writes `    at name (file:1:2)` or `    at file:1:2`, the others write `name@file:1:2`.
function toPlace(line: string): string | undefined {
  const [, ofV8, ofOthers] = /^ +at (?:async )?(.+)$|^[^\s@]*@(.+)$/.exec(line) ?? []
  const text = ofV8?.endsWith(')') ? ofV8.slice(ofV8.lastIndexOf('(') + 1, -1) : (ofV8 ?? ofOthers ?? '')
  const position = /:\d+:\d+$/.exec(text)
  if (!position) return undefined
  // A query belongs to the loader, and not to the file.
  const [file] = text.slice(0, position.index).split(/[?#]/, 1)
  return `${file}${position[0]}`
}

// Getters of what was thrown may throw, too.
function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
