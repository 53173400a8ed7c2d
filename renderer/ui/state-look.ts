/** One colour and one shape for each of the five states, the same in badge, dot and list. */
import CircleCheck from '@lucide/svelte/icons/circle-check'
import CirclePause from '@lucide/svelte/icons/circle-pause'
import Hourglass from '@lucide/svelte/icons/hourglass'
import OctagonAlert from '@lucide/svelte/icons/octagon-alert'
import RefreshCw from '@lucide/svelte/icons/refresh-cw'
import type { Component } from 'svelte'
import type { ActivityState } from '../../shared/contract.ts'
import type { JobState } from '../../shared/domain.ts'

export const stateIcons: Readonly<Record<ActivityState, Component>> = {
  idle: CircleCheck,
  working: RefreshCw,
  waiting: Hourglass,
  needs_you: OctagonAlert,
  stopped: CirclePause,
}

/** A job's state in terms of the five: what ended without a write is quiet, like what is stopped. */
export const lookOfJob: Readonly<Record<JobState, ActivityState>> = {
  ready: 'working',
  delayed: 'waiting',
  in_progress: 'working',
  dead: 'needs_you',
  synced: 'idle',
  unchanged: 'idle',
  filtered: 'stopped',
  skipped: 'stopped',
  scene_gone: 'stopped',
  fanned_out: 'idle',
  superseded: 'stopped',
  discarded: 'stopped',
}
