import { createContext } from 'svelte'
import type { CallName, RequestOf, ResponseOf } from '../../shared/contract.ts'
import type { Backend } from '../backend/backend.ts'
import type { Format } from '../i18n/format.ts'
import { Language } from '../i18n/language.svelte.ts'
import type { Messages } from '../i18n/messages.en.ts'
import { Asking } from './asking.svelte.ts'
import { Clock } from './clock.svelte.ts'
import { Help } from './help.svelte.ts'
import { LiveStatus } from './live-status.svelte.ts'
import { workOf } from './long-work.ts'
import { Notices } from './notices.svelte.ts'
import { Router } from './router.svelte.ts'
import { RunningTasks } from './running-tasks.svelte.ts'
import { SettingsState } from './settings-state.svelte.ts'
import { Shortcuts } from './shortcuts.svelte.ts'

/** What every view shares: the engine, the address, the language, and the state of the whole. */
export class App {
  readonly backend: Backend
  readonly router: Router
  readonly status: LiveStatus
  readonly settings: SettingsState
  readonly tasks: RunningTasks
  readonly language = new Language()
  readonly notices = new Notices()
  readonly clock = new Clock()
  readonly asking = new Asking()
  readonly help = new Help()
  readonly shortcuts = new Shortcuts((action) => void this.asking.start(action))

  constructor(backend: Backend, window: Window) {
    this.backend = backend
    this.router = new Router(window)
    this.status = new LiveStatus(backend)
    this.settings = new SettingsState(backend)
    this.tasks = new RunningTasks(backend)
  }

  get t(): Messages {
    return this.language.messages
  }

  get format(): Format {
    return this.language.format
  }

  /** A call whose failure is reported as a notice; null then. */
  async attempt<N extends CallName>(name: N, request: RequestOf<N>): Promise<ResponseOf<N> | null> {
    const answer = await this.backend.invoke(name, request)
    if (answer.ok) return answer.value
    this.notices.fail(answer.fault)
    return null
  }

  /** The work of a call, done as a task. A failure is reported as a notice; null then, and where it was stopped. */
  async work<N extends CallName>(name: N, request: RequestOf<'beginTask'>): Promise<ResponseOf<N> | null> {
    const answer = await workOf(this.backend, name, request)
    if (answer.ok) return answer.value
    this.notices.fail(answer.fault)
    return null
  }

  /** Opens an address in the system's browser; says so where it is refused. */
  async openExternal(url: string): Promise<void> {
    if (!(await this.backend.openExternal(url))) this.notices.show(this.t.common.notOpened(url))
  }

  run(): () => void {
    const ends = [this.router.follow(), this.status.run(), this.settings.run(), this.tasks.run(), this.clock.run()]
    return () => {
      for (const end of ends) end()
    }
  }
}

export const [getApp, setApp] = createContext<App>()
