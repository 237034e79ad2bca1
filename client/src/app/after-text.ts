/** What the sidebar shows once the page that was asked for is there. */
export { DocumentTree } from '../home/DocumentTree.tsx';
export { SearchBox } from '../search/SearchBox.tsx';
