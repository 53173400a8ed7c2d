import type { ComparedScene, ResponseOf, WrittenScene } from '../../../shared/contract.ts'
import type { Backend } from '../../backend/backend.ts'
import { Request } from '../../state/request.svelte.ts'

/** One scene that is tried: offered or chosen, looked at, written, and taken back. */
export class SceneTrial {
  readonly compared = new Request<{ scene: ComparedScene | null }>()
  readonly written = new Request<WrittenScene>()
  readonly undone = new Request<ResponseOf<'undoScene'>>()
  readonly #backend: Backend
  #seen: string[] = []

  constructor(backend: Backend) {
    this.#backend = backend
  }

  get scene(): ComparedScene | null {
    return this.compared.value?.scene ?? null
  }

  /** Offers a scene that matches well, each time another one until there are no more. */
  async offer(): Promise<void> {
    const answer = await this.#compare({ except: this.#seen.slice(-100) })
    if (!answer.ok) return
    if (answer.value.scene !== null) this.#seen.push(answer.value.scene.scene_id)
    else if (this.#seen.length > 0) {
      this.#seen = []
      await this.offer()
    }
  }

  async choose(scene_id: string): Promise<void> {
    await this.#compare({ scene_id })
  }

  async write(): Promise<void> {
    const scene_id = this.scene?.scene_id
    if (scene_id === undefined) return
    this.undone.clear()
    await this.written.run((signal) => this.#backend.invoke('writeScene', { scene_id }, signal))
  }

  async takeBack(): Promise<void> {
    const scene_id = this.written.value?.scene_id
    if (scene_id === undefined) return
    await this.undone.run((signal) => this.#backend.invoke('undoScene', { scene_id }, signal))
  }

  /** A write that has begun is not broken off: its outcome is recorded even if the view is closed. */
  stop(): void {
    this.compared.cancel()
  }

  #compare(request: { readonly scene_id?: string; readonly except?: string[] }) {
    this.written.clear()
    this.undone.clear()
    return this.compared.run((signal) => this.#backend.invoke('compareScene', request, signal))
  }
}
