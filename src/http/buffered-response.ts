/**
 * A response whose body has been read. A `Response` of the runtime would cost a stream for each small body, so it is
 * created only when more than text or JSON is asked for.
 */
export class BufferedResponse implements Response {
  readonly status: number
  readonly headers: Headers
  readonly #text: string
  readonly #parse: () => unknown
  #standard: Response | undefined

  /**
   * @param text - the whole body
   * @param parse - what `json` returns
   */
  constructor(status: number, headers: Headers, text: string, parse: () => unknown) {
    this.status = status
    this.headers = headers
    this.#text = text
    this.#parse = parse
  }

  async json() {
    return this.#parse()
  }

  async text() {
    return this.#text
  }

  get ok() {
    return this.status >= 200 && this.status < 300
  }

  /** Converts it to a `Response` of the runtime. */
  toStandard(): Response {
    const isEmpty = this.status === 204 || this.status === 205
    this.#standard ??= Object.assign(
      new Response(isEmpty ? null : this.#text, { status: this.status, headers: this.headers }),
      // The runtime's SyntaxError would quote the body.
      { json: async () => this.#parse() },
    )
    return this.#standard
  }

  get body() {
    return this.toStandard().body
  }
  get bodyUsed() {
    return this.toStandard().bodyUsed
  }
  get redirected() {
    return false
  }
  get statusText() {
    return ''
  }
  get type() {
    return 'default' as const
  }
  get url() {
    return ''
  }
  arrayBuffer() {
    return this.toStandard().arrayBuffer()
  }
  blob() {
    return this.toStandard().blob()
  }
  /** Of newer runtimes. */
  bytes() {
    return this.toStandard().bytes()
  }
  clone() {
    return this.toStandard().clone()
  }
  formData() {
    return this.toStandard().formData()
  }
}
