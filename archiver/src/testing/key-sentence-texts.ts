/**
 * Evaluation set for key sentences, written for this project: what somebody would call the point of each text is marked
 * with a star. Paragraphs are lines.
 */
export interface EvaluationText {
  readonly name: string;
  readonly paragraphs: readonly string[];
  /** Sentences that carry the text, verbatim. */
  readonly central: readonly string[];
}

const texts: Readonly<Record<string, string>> = {
  'english report': `
Last spring we moved the library's catalogue to a new server. *The move of the catalogue took three weekends instead of one. Nobody had counted the old records before. *About a third of the records in the catalogue had no shelf mark, and each of them had to be looked up by hand. Two volunteers from the reading circle helped us. They brought cake.
*Since the move, a search in the catalogue takes less than a second, and readers find the shelf of a book without asking. The printers still stop now and then. We have ordered new toner.
*For the next move we will count the records first and give every record a shelf mark before the server changes. The reading circle meets again on Thursday.`,
  'english minutes': `
The meeting began at ten. Anna was late because of the trains. *We agreed to move the release of the mobile app from May to June, because the offline mode of the app is not tested yet. Ben showed two drafts of the start page. The second draft was liked better.
*Clara will test the offline mode of the app on six phones until the end of April. The phones are in the cupboard beside the door. Somebody has the key. *If the tests of the offline mode fail again, the release will go without it. Lunch was late as well.
Ben asked whether the budget for the release includes advertising. It does not. *The team will ask for a budget for advertising the app in June.`,
  'english essay': `
People often say that rivers forget. The opposite is true. *A river remembers every flood in the shape of its bed, and the bed decides where the next flood will go. Engineers of the last century straightened the rivers of the lowlands. Straight rivers are fast. *Fast rivers dig deeper beds, and a deep bed drains the meadows beside the river in summer and floods the towns below in spring.
My grandmother kept a notebook of the water levels. It has a green cover. *Today many towns give the river its old bends back, because a slow river with bends floods meadows instead of streets. The work is not cheap. *Giving a river its bends costs less than the repair of the streets after one flood. Children catch newts there now.`,
  'german report': `
Im Herbst wurde die Heizung der Schule erneuert. *Die neue Heizung verbraucht nach den ersten drei Monaten ein Drittel weniger Gas als die alte. Der Hausmeister ist zufrieden. In der Turnhalle war es an zwei Tagen kalt, weil ein Ventil klemmte. Das Ventil wurde am 3. Dezember getauscht.
*Die Kosten der Heizung lagen mit 84.000 Euro etwas unter dem Plan. Das übrige Geld reicht für neue Thermostate in den Klassenräumen. *Mit den Thermostaten können die Klassen die Heizung selbst regeln und nach Schätzung des Herstellers weitere zehn Prozent Gas sparen. Der Elternrat hat Plätzchen gebacken. *Im Sommer soll geprüft werden, ob sich zur Heizung eine Solaranlage auf dem Dach der Turnhalle lohnt. Ein Termin steht noch nicht fest.`,
  'german letter': `
Liebe Nachbarinnen und Nachbarn, der Sommer war lang. *Der Gemeinschaftsgarten hat in diesem Jahr so viel Wasser gebraucht, dass der Brunnen im August leer war. Viele haben mit Kannen geholfen. Dafür danken wir allen, z. B. Frau Dr. Keller und ihren Kindern.
*Damit der Brunnen im nächsten Jahr reicht, möchten wir im Garten zwei Tonnen für Regenwasser aufstellen. Die Tonnen sind grün. *Jede Tonne kostet 120 Euro, und wir bitten jeden Haushalt mit einem Beet im Garten um einen Beitrag von zehn Euro. Wer kein Beet hat, darf trotzdem kommen. *Am Samstag stimmen wir im Garten darüber ab, wo die Tonnen für das Regenwasser stehen sollen. Es gibt Suppe. Bitte bringt eigene Löffel mit.`,
  'mixed handover': `
This page is for whoever takes over the newsletter. *The newsletter goes out on the first Monday of each month to about four hundred members. Please be patient with the template. Der Text wird auf Deutsch und auf Englisch verschickt. *Both versions of the newsletter are written in the shared document, and the newsletter is sent from there after two people have read it. The colours were chosen by Mira.
*Members who no longer want the newsletter write to the office, and the office removes them from the list before the next Monday. The list is sorted by town. Once the list was lost. *Since then a copy of the list of members is kept in the archive of the office every month. Coffee is in the kitchen.`,
};

export const EVALUATION_TEXTS: readonly EvaluationText[] = Object.entries(texts).map(([name, marked]) => {
  const lines = marked.trim().split('\n');
  return {
    name,
    paragraphs: lines.map((line) => line.replaceAll('*', '')),
    central: lines.flatMap((line) =>
      line
        .split('*')
        .slice(1)
        .map((part) => /^(?:[^.]|\.(?! \p{Lu}|$))*\./u.exec(part)?.[0] ?? part),
    ),
  };
});
