/** The tools around the text that live inside the editor: one list of extensions. */
import type { Extensions } from '@tiptap/core';
import type { Random } from '@vicinal/shared/clock.ts';
import type { RoomSession } from '../../room/types.ts';
import { offeredKinds } from './block-kinds.ts';
import { createBlockTools } from './block-tools.ts';
import { createDrafts } from './drafts.ts';
import { createEndOfText } from './end-of-text.ts';
import { FindMarks } from './find-marks.ts';
import { FollowLink } from './follow-link.ts';
import { createMentionMenu } from './mention-menu.ts';
import { ScrollMargins } from './scroll-margins.ts';
import { createSlashMenu } from './slash-menu.ts';
import { SourceMark } from './source-mark.ts';

export interface EditorToolsOptions {
  readonly session: RoomSession;
  /** Asked at every use. */
  readonly canWrite: () => boolean;
  /** The next edit begins a new undo step. */
  readonly endUndoStep: () => void;
  readonly random: Random;
}

/** Extensions of one editor. None may change a document on its own. */
export function createEditorTools({ session, canWrite, endUndoStep, random }: EditorToolsOptions): Extensions {
  return [
    FindMarks,
    ScrollMargins,
    FollowLink,
    SourceMark,
    createEndOfText(canWrite),
    createBlockTools({ canWrite, endUndoStep }),
    createSlashMenu({ canWrite, endUndoStep, kinds: offeredKinds }),
    createDrafts({ canWrite, endUndoStep }),
    createMentionMenu({ session, canWrite, endUndoStep, random }),
  ];
}
