/** Whether the list of keyboard shortcuts is shown. */
export class Help {
  #shown = $state(false)

  get shown(): boolean {
    return this.#shown
  }

  show(): void {
    this.#shown = true
  }

  close(): void {
    this.#shown = false
  }
}
