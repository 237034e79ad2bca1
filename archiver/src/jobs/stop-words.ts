/** Words that say little about what a text is about, English and German, lower case. */
const ENGLISH = `a about above after again against all also am an and any are as at be because been before being below between
both but by can could did do does doing down during each even few for from further had has have having he her here hers
him his how i if in into is it its itself just made make many may me might more most much must my no nor not now of off on
once one only or other our out over own per same she should so some such than that the their them then there these they
this those through to too two under until up upon us very was we were what when where which while who whom why will with
would yet you your`;
const GERMAN = `aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist da dabei
damit danach dann darauf das dass dein deine dem den denn der des dessen die dies diese diesem diesen dieser dieses doch
dort du durch ein eine einem einen einer eines einige er es etwas euch euer für gegen gibt habe haben hat hatte hatten hier
hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in ins ist ja jede jedem jeden jeder jedes jedoch kann kein
keine keinen können könnte machen man mehr mein meine mit muss müssen nach nicht nichts noch nun nur ob oder ohne schon sehr
sein seine seinem seinen seiner sich sie sind so sobald soll sollen sollte sondern sonst soweit sowie über um und uns unser
unsere unter viel viele vom von vor war waren warum was weil welche wenn wer werde werden wie wieder will wir wird wo wurde
wurden zu zum zur zwar zwischen`;

export const STOP_WORDS: ReadonlySet<string> = new Set(`${ENGLISH} ${GERMAN}`.split(/\s+/));
