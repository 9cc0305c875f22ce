/** A body, read to its end. */
export const readText = (body: ReadableStream<Uint8Array>): Promise<string> => new Response(body).text()
