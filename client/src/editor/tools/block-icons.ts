/** Pictures of the kinds of blocks. */
import Heading1 from 'lucide-solid/icons/heading-1';
import Heading2 from 'lucide-solid/icons/heading-2';
import Heading3 from 'lucide-solid/icons/heading-3';
import Image from 'lucide-solid/icons/image';
import List from 'lucide-solid/icons/list';
import ListChecks from 'lucide-solid/icons/list-checks';
import ListOrdered from 'lucide-solid/icons/list-ordered';
import Minus from 'lucide-solid/icons/minus';
import SquareCode from 'lucide-solid/icons/square-code';
import Table from 'lucide-solid/icons/table';
import TextQuote from 'lucide-solid/icons/text-quote';
import Type from 'lucide-solid/icons/type';
import type { BlockKindId } from './block-kinds.ts';

export const BLOCK_ICONS: Readonly<Record<BlockKindId, typeof Type>> = {
  text: Type,
  heading1: Heading1,
  heading2: Heading2,
  heading3: Heading3,
  bulletList: List,
  orderedList: ListOrdered,
  taskList: ListChecks,
  quote: TextQuote,
  codeBlock: SquareCode,
  divider: Minus,
  table: Table,
  image: Image,
};
