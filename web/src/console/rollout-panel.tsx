import type { Texts } from '../language/english.ts'
import { useTexts } from '../language/language.tsx'
import { wordsOfProgress, wordsOfVerdict, type Words } from '../language/rollout-words.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { Icon } from '../parts/icon.tsx'
import { ImageDiff } from './image-diff.tsx'
import { RolloutPicture } from './rollout-picture.tsx'
import type { Run } from './runs.ts'
import type { Verdict } from '../../../src/rollout/index.ts'

interface RolloutPanelProps {
  run: Run
  onPutBack: () => void
  onDismiss: () => void
}

const tones: Record<Verdict['verdict'], 'good' | 'bad' | 'warn'> = {
  succeeded: 'good',
  accepted: 'good',
  unchanged: 'good',
  failed: 'bad',
  'timed-out': 'bad',
  refused: 'warn',
}

/** A running change and its outcome. */
export function RolloutPanel({ run, onPutBack, onDismiss }: RolloutPanelProps) {
  const texts = useTexts()
  const { verdict, error, progress, changes } = run
  const tone = error === undefined ? (verdict ? tones[verdict.verdict] : 'warn') : 'bad'
  const over = verdict !== undefined || error !== undefined
  const mayPutBack = verdict && (verdict.verdict === 'failed' || verdict.verdict === 'timed-out') && !verdict.undo
  return (
    <section class={`panel rollout rollout-${tone}`} aria-label={texts.rollout.running}>
      <div class="rollout-head">
        {!over && <span class="spinner" aria-hidden="true" />}
        {over && <Icon name={tone === 'good' ? 'check' : 'warn'} />}
        <h2 class="rollout-title" aria-live="polite">
          {titleOf(run, texts)}
        </h2>
        {progress && <span class="hint">{texts.workload.podsReady(progress.ready, progress.wanted)}</span>}
        {verdict && <span class="hint number">{texts.rollout.seconds(verdict.seconds)}</span>}
        {over && (
          <span class="push row">
            {mayPutBack && (
              <button type="button" class="button-primary" onClick={onPutBack}>
                <Icon name="undo" />
                {texts.rollout.undo}
              </button>
            )}
            <button type="button" class="button" onClick={onDismiss}>
              {texts.rollout.dismiss}
            </button>
          </span>
        )}
      </div>
      <div data-verdict={verdict?.verdict}>
        <RolloutMessage {...wordsOf(run, texts)} />
      </div>
      {verdict?.undo && <UndoWords undo={verdict.undo} />}
      {changes.length > 0 && <ImageDiff changes={changes} />}
      <RolloutPicture run={run} />
      {!over && <p class="hint">{texts.rollout.goesOn}</p>}
      {verdict && <VerdictEvidence verdict={verdict} />}
    </section>
  )
}

function wordsOf({ verdict, error, seen, note }: Run, texts: Texts): Words {
  if (error !== undefined) return { text: error instanceof Error ? error.message : JSON.stringify(error) }
  if (verdict) return wordsOfVerdict(texts, verdict)
  if (note !== '') return { text: note }
  return seen ? wordsOfProgress(texts, seen) : { text: '' }
}

/** An explanation, followed by the cluster's own words. */
export function RolloutMessage({ text, said }: Words) {
  return (
    <>
      <p>{text}</p>
      {said !== undefined && <p class="said">{said}</p>}
    </>
  )
}

function UndoWords({ undo }: { undo: Verdict }) {
  const texts = useTexts()
  if (undo.verdict === 'succeeded')
    return (
      <p>
        <strong>{texts.rollout.undone}</strong>
      </p>
    )
  const back = undo.verdict === 'accepted' || undo.verdict === 'unchanged'
  return (
    <p>
      <strong>{back ? texts.rollout.undone : texts.rollout.notUndone}</strong> {wordsOfVerdict(texts, undo).text}
    </p>
  )
}

function titleOf({ verdict, error, progress }: Run, texts: ReturnType<typeof useTexts>): string {
  if (error !== undefined) return texts.rollout.stopped
  if (verdict) return texts.rollout.verdicts[verdict.verdict]
  return progress ? texts.rollout.running : texts.rollout.planned
}

function VerdictEvidence({ verdict }: { verdict: Verdict }) {
  const texts = useTexts()
  const evidence = 'evidence' in verdict ? verdict.evidence : undefined
  return (
    <>
      {verdict.warnings.map((warning) => (
        <p key={warning} class="waits">
          {warning}
        </p>
      ))}
      {evidence && evidence.events.length > 0 && (
        <details open>
          <summary>{texts.rollout.evidence}</summary>
          <pre class="code-block code-wrap">{evidence.events.join('\n')}</pre>
        </details>
      )}
      {evidence && evidence.log.length > 0 && (
        <details open>
          <summary>{texts.rollout.log}</summary>
          <pre class="code-block code-wrap">{evidence.log.join('\n')}</pre>
        </details>
      )}
      {verdict.verdict === 'succeeded' &&
        verdict.digests.flatMap(({ container, digests }) =>
          digests.map((digest) => (
            <p key={container + digest} class="hint row">
              <span>
                {container} {texts.workload.digestsAgree} <code>{digest.slice(0, 19)}…</code>
              </span>
              <CopyButton text={digest} what={digest} />
            </p>
          )),
        )}
    </>
  )
}
