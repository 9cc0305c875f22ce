/** Keeps one thing for each client, for as long as the client lives. */
export function perClient<Thing>(create: () => Thing): (client: object) => Thing {
  const things = new WeakMap<object, Thing>()
  return (client) => {
    let thing = things.get(client)
    if (thing === undefined) {
      thing = create()
      things.set(client, thing)
    }
    return thing
  }
}
