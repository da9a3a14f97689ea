<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Alerts</name>
    <message numerus="yes">
        <source>%n checks need attention</source>
        <translation>
            <numerusform>%n Prüfung ist auffällig</numerusform>
            <numerusform>%n Prüfungen sind auffällig</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing is measured or sent until you choose.</source>
        <translation>Bis Sie wählen, wird nichts gemessen und nichts gesendet.</translation>
    </message>
    <message>
        <source>Sending waits until you choose again.</source>
        <translation>Das Senden ruht, bis Sie neu gewählt haben.</translation>
    </message>
    <message>
        <source>Shoal asks what may leave this computer</source>
        <translation>Shoal fragt, was diesen Computer verlassen darf</translation>
    </message>
    <message>
        <source>The task asks for more than you agreed to</source>
        <translation>Die Erhebung verlangt mehr, als Sie zugestimmt haben</translation>
    </message>
    <message>
        <source>The task was changed by both operators</source>
        <translation>Beide Betreiber haben die Erhebung geändert</translation>
    </message>
    <message>
        <source>What Shoal measures has changed</source>
        <translation>Was Shoal misst, hat sich geändert</translation>
    </message>
    <message>
        <source>Who decides shows what changed, in words.</source>
        <translation>„Wer entscheidet“ zeigt in Worten, was sich geändert hat.</translation>
    </message>
    <message>
        <source>{metric} needs attention</source>
        <translation>Auffällig: {metric}</translation>
    </message>
</context>
<context>
    <name>Answers</name>
    <message>
        <source>1 day</source>
        <translation>1 Tag</translation>
    </message>
    <message>
        <source>below {edge}</source>
        <translation>unter {edge}</translation>
    </message>
    <message>
        <source>{edge} and more</source>
        <translation>{edge} und mehr</translation>
    </message>
    <message>
        <source>{low} to {high}</source>
        <translation>{low} bis {high}</translation>
    </message>
</context>
<context>
    <name>Asking</name>
    <message>
        <source>Choose {choice}</source>
        <translation>{choice} wählen</translation>
    </message>
    <message>
        <source>Choose {choice}?</source>
        <translation>{choice} wählen?</translation>
    </message>
    <message>
        <source>It takes effect at once.</source>
        <translation>Es gilt sofort.</translation>
    </message>
    <message>
        <source>Leave it as it is</source>
        <translation>Lassen, wie es ist</translation>
    </message>
    <message>
        <source>Nothing changes.</source>
        <translation>Nichts ändert sich.</translation>
    </message>
</context>
<context>
    <name>Card</name>
    <message>
        <source>Check</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Copied, as text and with its layout.</source>
        <translation>Kopiert, als Text und mit Gestaltung.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Exactly what you tick is on it, and no name. Shoal sends it to nobody: you save or copy it, and give it to whom you like.</source>
        <translation>Darauf steht genau, was Sie ankreuzen, und kein Name. Shoal sendet sie niemandem: Sie speichern oder kopieren sie und geben sie, wem Sie möchten.</translation>
    </message>
    <message>
        <source>Health card</source>
        <translation>Gerätekarte</translation>
    </message>
    <message>
        <source>Health of this computer</source>
        <translation>Zustand dieses Computers</translation>
    </message>
    <message>
        <source>It could not be saved as {file}: {cause}.</source>
        <translation>Speichern als {file} ging nicht: {cause}.</translation>
    </message>
    <message>
        <source>Made on {day} at {clock}, by hand. It holds what was ticked, and no name.</source>
        <translation>Von Hand erstellt am {day} um {clock} Uhr. Enthält, was angekreuzt wurde, und keinen Namen.</translation>
    </message>
    <message>
        <source>Nothing is ticked.</source>
        <translation>Nichts ist angekreuzt.</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>Save as HTML</source>
        <translation>Als HTML speichern</translation>
    </message>
    <message>
        <source>Save as HTML…</source>
        <translation>Als HTML speichern …</translation>
    </message>
    <message>
        <source>Save as PDF</source>
        <translation>Als PDF speichern</translation>
    </message>
    <message>
        <source>Save as PDF…</source>
        <translation>Als PDF speichern …</translation>
    </message>
    <message>
        <source>Saved as {file}.</source>
        <translation>Gespeichert als {file}.</translation>
    </message>
    <message>
        <source>Shoal sends this to nobody. Who gets it, you decide.</source>
        <translation>Shoal sendet dies niemandem. Wer es bekommt, entscheiden Sie.</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Seit</translation>
    </message>
    <message>
        <source>Tick all</source>
        <translation>Alle ankreuzen</translation>
    </message>
    <message>
        <source>Tick none</source>
        <translation>Keine ankreuzen</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Urteil</translation>
    </message>
    <message>
        <source>health-card</source>
        <translation>geraetekarte</translation>
    </message>
</context>
<context>
    <name>Causes</name>
    <message>
        <source>Database or disk failed.</source>
        <translation>Die Datenbank oder das Laufwerk ist ausgefallen.</translation>
    </message>
    <message>
        <source>It is not to be done now.</source>
        <translation>Das ist jetzt nicht zu tun.</translation>
    </message>
    <message>
        <source>Something differs.</source>
        <translation>Etwas weicht ab.</translation>
    </message>
    <message>
        <source>Something failed.</source>
        <translation>Etwas ist fehlgeschlagen.</translation>
    </message>
    <message>
        <source>Task and catalogue do not fit together.</source>
        <translation>Erhebung und Katalog passen nicht zusammen.</translation>
    </message>
    <message>
        <source>The network did not let it through.</source>
        <translation>Das Netz hat es nicht durchgelassen.</translation>
    </message>
    <message>
        <source>The operator does not accept the upload token.</source>
        <translation>Der Betreiber nimmt das Sendezeichen (Token) nicht an.</translation>
    </message>
    <message>
        <source>The operator refused.</source>
        <translation>Der Betreiber hat abgelehnt.</translation>
    </message>
    <message>
        <source>The policy has an error.</source>
        <translation>Die Richtlinie hat einen Fehler.</translation>
    </message>
    <message>
        <source>The server’s certificate was not acceptable.</source>
        <translation>Das Zertifikat des Servers war nicht annehmbar.</translation>
    </message>
    <message>
        <source>The system’s keychain failed.</source>
        <translation>Der Schlüsselbund des Systems ist ausgefallen.</translation>
    </message>
    <message>
        <source>The way through the proxy failed.</source>
        <translation>Der Weg durch den Proxy ging nicht.</translation>
    </message>
    <message>
        <source>This computer takes part in no task.</source>
        <translation>Dieser Computer nimmt an keiner Erhebung teil.</translation>
    </message>
    <message>
        <source>{exact}</source>
        <comment>in the bar: few words; {exact}, or {kind}</comment>
        <translation>{kind}</translation>
    </message>
    <message>
        <source>{exact}</source>
        <comment>the program&apos;s words, in English; {kind}: what it is about</comment>
        <translation>{kind} Meldung des Programms (englisch): „{exact}“</translation>
    </message>
</context>
<context>
    <name>Changes</name>
    <message>
        <source>A damaged database that was put aside was deleted, as retention says.</source>
        <translation>Eine beschädigte Datenbank, die beiseitegelegt war, wurde nach Ablauf der Aufbewahrung gelöscht.</translation>
    </message>
    <message>
        <source>A newer task file. Nothing in it asks for more.</source>
        <translation>Eine neuere Datei der Erhebung. Nichts darin verlangt mehr.</translation>
    </message>
    <message numerus="yes">
        <source>All %n changes</source>
        <translation>
            <numerusform>%n Änderung zeigen</numerusform>
            <numerusform>Alle %n Änderungen</numerusform>
        </translation>
    </message>
    <message>
        <source>All readings and the bytes of {n} reports were erased.</source>
        <translation>Alle Messwerte und die Bytes von {n} Berichten wurden gelöscht.</translation>
    </message>
    <message>
        <source>Both operators, task file</source>
        <translation>Beide Betreiber, Datei der Erhebung</translation>
    </message>
    <message>
        <source>Checks that came: {titles}.</source>
        <translation>Hinzugekommene Prüfungen: {titles}.</translation>
    </message>
    <message>
        <source>Checks that went: {titles}.</source>
        <translation>Weggefallene Prüfungen: {titles}.</translation>
    </message>
    <message>
        <source>Choice: {before}, now {after}.</source>
        <translation>Wahl: {before}, jetzt {after}.</translation>
    </message>
    <message>
        <source>Choices, policy, task and checks, as the ledger recorded them.</source>
        <translation>Wahl, Richtlinie, Erhebung und Prüfungen, wie das Berichtsbuch sie festgehalten hat.</translation>
    </message>
    <message>
        <source>Nothing yet.</source>
        <translation>Noch nichts.</translation>
    </message>
    <message>
        <source>Reports answer only what was agreed on with a task; where that means something else now, none is made.</source>
        <translation>Berichte beantworten nur, was für eine Erhebung vereinbart ist; wo das jetzt etwas anderes bedeutet, entsteht keiner.</translation>
    </message>
    <message>
        <source>Required by policy: the task as it stood was agreed to.</source>
        <translation>Durch Richtlinie verlangt: Der Erhebung in ihrem damaligen Stand wurde zugestimmt.</translation>
    </message>
    <message>
        <source>Row {row} of the ledger cannot be read; Verify says more.</source>
        <translation>Zeile {row} des Berichtsbuchs ist nicht lesbar; „Nachrechnen“ sagt mehr.</translation>
    </message>
    <message>
        <source>Shoal</source>
        <translation>Shoal</translation>
    </message>
    <message>
        <source>Shoal, a newer version</source>
        <translation>Shoal, eine neuere Version</translation>
    </message>
    <message>
        <source>The checks stand in another order.</source>
        <translation>Die Prüfungen stehen in anderer Reihenfolge.</translation>
    </message>
    <message>
        <source>The task asks for more than you agreed to: sending waits for you.</source>
        <translation>Die Erhebung verlangt mehr, als Sie zugestimmt haben: Das Senden wartet auf Sie.</translation>
    </message>
    <message>
        <source>This account was enrolled. Nothing was sent by that.</source>
        <translation>Dieses Konto wurde angemeldet. Gesendet wurde dadurch nichts.</translation>
    </message>
    <message>
        <source>What changed</source>
        <translation>Was sich geändert hat</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Sie</translation>
    </message>
    <message>
        <source>You agreed to the task as it stood.</source>
        <translation>Sie haben der Erhebung in ihrem damaligen Stand zugestimmt.</translation>
    </message>
    <message>
        <source>You left the task.</source>
        <translation>Sie haben die Erhebung verlassen.</translation>
    </message>
    <message>
        <source>bad from</source>
        <translation>schlecht ab</translation>
    </message>
    <message>
        <source>days that a value covers</source>
        <translation>Tage, die ein Wert umfasst</translation>
    </message>
    <message>
        <source>how readings become one value</source>
        <translation>wie aus Messungen ein Wert wird</translation>
    </message>
    <message>
        <source>needs attention from</source>
        <translation>zu beachten ab</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine Angabe</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>noch keine</translation>
    </message>
    <message>
        <source>possible answers</source>
        <translation>mögliche Antworten</translation>
    </message>
    <message>
        <source>readings that a value needs</source>
        <translation>Messungen, die ein Wert braucht</translation>
    </message>
    <message>
        <source>seconds between two readings</source>
        <translation>Sekunden zwischen zwei Messungen</translation>
    </message>
    <message>
        <source>steps of the answer</source>
        <translation>Stufen der Antwort</translation>
    </message>
    <message>
        <source>unit</source>
        <translation>Einheit</translation>
    </message>
    <message>
        <source>what is better</source>
        <translation>was besser ist</translation>
    </message>
    <message>
        <source>{name}: {before}, now {after}.</source>
        <translation>{name}: {before}, jetzt {after}.</translation>
    </message>
    <message>
        <source>{organisation}, policy file</source>
        <translation>{organisation}, Richtliniendatei</translation>
    </message>
    <message>
        <source>{title}, {what}: {before}, now {after}.</source>
        <translation>{title}, {what}: {before}, jetzt {after}.</translation>
    </message>
</context>
<context>
    <name>Chart</name>
    <message>
        <source>30 days</source>
        <translation>30 Tage</translation>
    </message>
    <message>
        <source>Always {value}.</source>
        <translation>Immer {value}.</translation>
    </message>
    <message>
        <source>Between {low} and {high}.</source>
        <translation>Zwischen {low} und {high}.</translation>
    </message>
    <message>
        <source>Each day stands for the {days} up to it.</source>
        <translation>Jeder Tag steht für die {days} bis zu ihm.</translation>
    </message>
    <message>
        <source>Each step is one box of the report. Hatched: not measured.</source>
        <translation>Jede Stufe ist ein Kästchen des Berichts. Schraffiert: nicht gemessen.</translation>
    </message>
    <message>
        <source>Last: {label}, {value}.</source>
        <translation>Zuletzt: {label}, {value}.</translation>
    </message>
    <message>
        <source>Not measured: {n} of {all}.</source>
        <translation>Nicht gemessen: {n} von {all}.</translation>
    </message>
    <message>
        <source>Nothing was measured.</source>
        <translation>Nichts wurde gemessen.</translation>
    </message>
    <message>
        <source>The last 24 hours. Hatched: not measured.</source>
        <translation>Die letzten 24 Stunden. Schraffiert: nicht gemessen.</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>What helps</source>
        <translation>Was hilft</translation>
    </message>
    <message>
        <source>What it cannot show</source>
        <translation>Was es nicht zeigen kann</translation>
    </message>
    <message>
        <source>What it is</source>
        <translation>Was es ist</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
    <message>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
    <message>
        <source>{title}, last 24 hours</source>
        <translation>{title}, letzte 24 Stunden</translation>
    </message>
    <message>
        <source>{title}, last 30 days</source>
        <translation>{title}, letzte 30 Tage</translation>
    </message>
</context>
<context>
    <name>Closing</name>
    <message>
        <source>It shows when the next report leaves, and tells what needs you.</source>
        <translation>Es zeigt, wann der nächste Bericht hinausgeht, und meldet, was Sie angeht.</translation>
    </message>
    <message>
        <source>Keep Shoal&apos;s icon in the tray?</source>
        <translation>Das Symbol von Shoal im Infobereich behalten?</translation>
    </message>
    <message>
        <source>Keep the icon</source>
        <translation>Symbol behalten</translation>
    </message>
    <message>
        <source>Measuring and sending go on either way, as you chose. The answer is kept; it can be changed under Who decides.</source>
        <translation>Gemessen und gesendet wird in beiden Fällen weiter, wie Sie es gewählt haben. Die Antwort wird behalten; ändern lässt sie sich unter „Wer entscheidet“.</translation>
    </message>
    <message>
        <source>Nothing tells you of held reports until you open it again.</source>
        <translation>Nichts meldet Ihnen wartende Berichte, bis Sie es wieder öffnen.</translation>
    </message>
    <message>
        <source>Quit the window</source>
        <translation>Fenster beenden</translation>
    </message>
</context>
<context>
    <name>Decides</name>
    <message numerus="yes">
        <source>%n checks are silenced.</source>
        <translation>
            <numerusform>%n Prüfung ist ausgelassen.</numerusform>
            <numerusform>%n Prüfungen sind ausgelassen.</numerusform>
        </translation>
    </message>
    <message>
        <source>A silenced check has no answer in reports sealed from now on; it is still measured, and shown on the first page. Nobody can tell it from one that this computer cannot answer.</source>
        <translation>Eine ausgelassene Prüfung hat keine Antwort in Berichten, die von nun an versiegelt werden; gemessen und auf der ersten Seite gezeigt wird sie weiterhin. Niemand kann sie von einer unterscheiden, auf die dieser Computer keine Antwort hat.</translation>
    </message>
    <message>
        <source>Active network checks</source>
        <translation>Aktive Netzprüfungen</translation>
    </message>
    <message numerus="yes">
        <source>All %n settings</source>
        <translation>
            <numerusform>%n Einstellung zeigen</numerusform>
            <numerusform>Alle %n Einstellungen</numerusform>
        </translation>
    </message>
    <message>
        <source>All of it can be had as one file (JSON).</source>
        <translation>Alles zusammen gibt es als eine Datei (JSON).</translation>
    </message>
    <message>
        <source>All of them, where they have an answer.</source>
        <translation>Alle, soweit sie eine Antwort haben.</translation>
    </message>
    <message>
        <source>Choose checks</source>
        <translation>Prüfungen wählen</translation>
    </message>
    <message>
        <source>Choosing {choice}</source>
        <translation>Wählen von {choice}</translation>
    </message>
    <message>
        <source>Choosing {choice}…</source>
        <translation>{choice} wird gewählt …</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Closing the window leaves the icon in the tray</source>
        <translation>Beim Schließen des Fensters bleibt das Symbol im Infobereich</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Every setting, and who set it</source>
        <translation>Jede Einstellung, und wer sie gesetzt hat</translation>
    </message>
    <message>
        <source>Everything is saved as `{path}`.</source>
        <translation>Alles ist als `{path}` gespeichert.</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Export everything</source>
        <translation>Alles exportieren</translation>
    </message>
    <message>
        <source>Export everything…</source>
        <translation>Alles exportieren …</translation>
    </message>
    <message>
        <source>For this account; nothing of it changes what is sent.</source>
        <translation>Für dieses Konto; nichts davon ändert, was gesendet wird.</translation>
    </message>
    <message>
        <source>Its policy says one of four things; each allows other choices.</source>
        <translation>Ihre Richtlinie sagt eines von vier Dingen; jedes erlaubt eine andere Wahl.</translation>
    </message>
    <message>
        <source>JSON files (*.json)</source>
        <translation>JSON-Dateien (*.json)</translation>
    </message>
    <message>
        <source>Let active network checks run again</source>
        <translation>Aktive Netzprüfungen wieder erlauben</translation>
    </message>
    <message>
        <source>Notify me when a check or Shoal’s own data is bad for the first time</source>
        <translation>Melden, wenn eine Prüfung oder Shoals eigene Daten zum ersten Mal schlecht sind</translation>
    </message>
    <message>
        <source>Notify me when a choice is to be made</source>
        <translation>Melden, wenn eine Wahl ansteht</translation>
    </message>
    <message>
        <source>Notify me when the task or the checks changed</source>
        <translation>Melden, wenn Erhebung oder Prüfungen sich geändert haben</translation>
    </message>
    <message>
        <source>Readings of each minute for 48 hours, of each quarter of an hour for 30 days, of each day for a year. The ledger’s rows stay; they hold hashes and no answers.</source>
        <translation>Messwerte jeder Minute für 48 Stunden, jeder Viertelstunde für 30 Tage, jedes Tages für ein Jahr. Die Zeilen des Berichtsbuchs bleiben; sie enthalten Prüfsummen und keine Antworten.</translation>
    </message>
    <message>
        <source>Remove your own value: {setting}</source>
        <translation>Eigenen Wert entfernen: {setting}</translation>
    </message>
    <message numerus="yes">
        <source>Save %n changes</source>
        <translation>
            <numerusform>%n Änderung speichern</numerusform>
            <numerusform>%n Änderungen speichern</numerusform>
        </translation>
    </message>
    <message>
        <source>The bytes of past reports and what opens them: {days}.</source>
        <translation>Die Bytes früherer Berichte, und was sie öffnet: {days}.</translation>
    </message>
    <message>
        <source>The export</source>
        <translation>Der Export</translation>
    </message>
    <message>
        <source>They never go to an operator, so that none learns when this computer is on.</source>
        <translation>Sie gehen nie an einen Betreiber, damit keiner erfährt, wann dieser Computer an ist.</translation>
    </message>
    <message>
        <source>This window</source>
        <translation>Dieses Fenster</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Turn off</source>
        <translation>Abschalten</translation>
    </message>
    <message>
        <source>Turn off active network checks</source>
        <translation>Aktive Netzprüfungen abschalten</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>What is kept here</source>
        <translation>Was hier aufbewahrt wird</translation>
    </message>
    <message>
        <source>Which checks reports may answer</source>
        <translation>Welche Prüfungen Berichte beantworten dürfen</translation>
    </message>
    <message>
        <source>Which choices an organisation can allow</source>
        <translation>Welche Wahl eine Organisation erlauben kann</translation>
    </message>
    <message>
        <source>Your choice</source>
        <translation>Ihre Wahl</translation>
    </message>
    <message>
        <source>allowed</source>
        <translation>erlaubt</translation>
    </message>
    <message>
        <source>may be answered once you save</source>
        <translation>darf beantwortet werden, sobald Sie speichern</translation>
    </message>
    <message>
        <source>not allowed</source>
        <translation>nicht erlaubt</translation>
    </message>
    <message>
        <source>silenced once you save</source>
        <translation>ausgelassen, sobald Sie speichern</translation>
    </message>
    <message>
        <source>{action}: {setting}</source>
        <translation>{action}: {setting}</translation>
    </message>
    <message>
        <source>{choice} is your choice now.</source>
        <translation>{choice} ist jetzt Ihre Wahl.</translation>
    </message>
    <message>
        <source>{megabytes} MB written…</source>
        <translation>{megabytes} MB geschrieben …</translation>
    </message>
    <message>
        <source>{policy} (holds here)</source>
        <translation>{policy} (gilt hier)</translation>
    </message>
</context>
<context>
    <name>Decisions</name>
    <message>
        <source>A change takes effect at once. Off and Local also drop a report that is held.</source>
        <translation>Eine Änderung gilt sofort. Aus und Lokal verwerfen auch einen wartenden Bericht.</translation>
    </message>
    <message>
        <source>A report of zeros, in the same way</source>
        <translation>Einen Bericht aus Nullen, auf dieselbe Weise</translation>
    </message>
    <message>
        <source>Ask: the person decides</source>
        <translation>Fragen: Der Mensch am Gerät entscheidet</translation>
    </message>
    <message>
        <source>Choosing Quiet while a report is held withholds it; choosing Off or Local drops it. On a computer that people share, only Off and Local are ever allowed.</source>
        <translation>Stumm hält einen wartenden Bericht zurück, wenn Sie es wählen; Aus oder Lokal verwirft ihn. An einem Computer, den mehrere benutzen, sind nur Aus und Lokal erlaubt.</translation>
    </message>
    <message>
        <source>Contact with {host}</source>
        <translation>Kontakt mit {host}</translation>
    </message>
    <message>
        <source>It sends</source>
        <translation>Er sendet</translation>
    </message>
    <message>
        <source>Local</source>
        <translation>Lokal</translation>
    </message>
    <message>
        <source>Local: measured only</source>
        <translation>Lokal: Es wird nur gemessen</translation>
    </message>
    <message>
        <source>May be answered</source>
        <translation>Darf beantwortet werden</translation>
    </message>
    <message>
        <source>Measure for you and the help desk. Send nothing.</source>
        <translation>Messen, für Sie und den Helpdesk. Nichts senden.</translation>
    </message>
    <message>
        <source>Measure nothing, send nothing.</source>
        <translation>Nichts messen, nichts senden.</translation>
    </message>
    <message>
        <source>Measuring stops. What was measured stays until you erase it.</source>
        <translation>Das Messen hört auf. Was gemessen wurde, bleibt, bis Sie es löschen.</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>Nichts</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>Off.</source>
        <translation>Aus.</translation>
    </message>
    <message>
        <source>Off. No target is set, so none can be turned on.</source>
        <translation>Aus. Es ist kein Ziel gesetzt, also lassen sie sich nicht einschalten.</translation>
    </message>
    <message>
        <source>Off: nothing is measured or sent</source>
        <translation>Aus: Nichts wird gemessen oder gesendet</translation>
    </message>
    <message>
        <source>Off: you turned them off.</source>
        <translation>Aus: Sie haben sie abgeschaltet.</translation>
    </message>
    <message>
        <source>On: to {target}, which is no aggregator.</source>
        <translation>An: zu {target}, das gehört keinem Betreiber.</translation>
    </message>
    <message>
        <source>One sealed report {every}, at a random moment</source>
        <translation>Einen versiegelten Bericht {every}, zu einem zufälligen Zeitpunkt</translation>
    </message>
    <message>
        <source>Questions: {contact}. You can still see every byte, and erase.</source>
        <translation>Fragen an: {contact}. Sie können weiterhin jedes Byte sehen und löschen.</translation>
    </message>
    <message>
        <source>Quiet</source>
        <translation>Stumm</translation>
    </message>
    <message>
        <source>Required: sharing is agreed</source>
        <translation>Verlangt: Das Teilen ist vereinbart</translation>
    </message>
    <message>
        <source>Send one sealed report {every}.</source>
        <translation>Einen versiegelten Bericht {every} senden.</translation>
    </message>
    <message>
        <source>Send only zeros. To each operator it looks like Share.</source>
        <translation>Nur Nullen senden. Für jeden Betreiber sieht es aus wie Teilen.</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Teilen</translation>
    </message>
    <message>
        <source>Sharing is required by {organisation} under {agreement}.</source>
        <translation>{organisation} verlangt das Teilen; Grundlage: {agreement}.</translation>
    </message>
    <message>
        <source>Silenced by you</source>
        <translation>Von Ihnen ausgelassen</translation>
    </message>
    <message>
        <source>Silenced by your organisation</source>
        <translation>Von Ihrer Organisation ausgelassen</translation>
    </message>
    <message>
        <source>That a computer at an address sent a report; not what is in it</source>
        <translation>Dass ein Computer an einer Adresse einen Bericht gesendet hat; nicht, was darin steht</translation>
    </message>
    <message>
        <source>The network’s administrator sees</source>
        <translation>Wer das Netz verwaltet, sieht</translation>
    </message>
    <message>
        <source>The policy file cannot be read; until it is mended nothing is sent.</source>
        <translation>Die Richtliniendatei ist nicht lesbar; bis sie in Ordnung ist, wird nichts gesendet.</translation>
    </message>
    <message>
        <source>The policy file has an error; until it is mended nothing is sent.</source>
        <translation>Die Richtliniendatei hat einen Fehler; bis er behoben ist, wird nichts gesendet.</translation>
    </message>
    <message>
        <source>The report that is held is dropped: it is not sent.</source>
        <translation>Der wartende Bericht wird verworfen: Er wird nicht gesendet.</translation>
    </message>
    <message>
        <source>The report that is held is withheld: zeros go in its place.</source>
        <translation>Der wartende Bericht wird zurückgehalten: Nullen treten an seine Stelle.</translation>
    </message>
    <message>
        <source>The same as Share</source>
        <translation>Dasselbe wie bei Teilen</translation>
    </message>
    <message>
        <source>This computer measures</source>
        <translation>Dieser Computer misst</translation>
    </message>
    <message>
        <source>This computer reports through another account.</source>
        <translation>Dieser Computer berichtet über ein anderes Konto.</translation>
    </message>
    <message>
        <source>This computer takes part in no task yet.</source>
        <translation>Dieser Computer nimmt noch an keiner Erhebung teil.</translation>
    </message>
    <message>
        <source>Where sharing is required, a single report may be withheld all the same.</source>
        <translation>Wo das Teilen verlangt ist, darf ein einzelner Bericht trotzdem zurückgehalten werden.</translation>
    </message>
    <message>
        <source>Where sharing is required, withholding a report is not allowed here.</source>
        <translation>Wo das Teilen verlangt ist, ist das Zurückhalten eines Berichts hier nicht erlaubt.</translation>
    </message>
    <message>
        <source>Yes, for you and the help desk</source>
        <translation>Ja, für Sie und den Helpdesk</translation>
    </message>
    <message>
        <source>You agree to the task as it stands now.</source>
        <translation>Sie stimmen der Erhebung in ihrem jetzigen Stand zu.</translation>
    </message>
    <message>
        <source>You decide. Nothing is sent from this computer.</source>
        <translation>Sie entscheiden. Von diesem Computer wird nichts gesendet.</translation>
    </message>
    <message>
        <source>You decide. Sending waits until you choose again.</source>
        <translation>Sie entscheiden. Das Senden ruht, bis Sie neu gewählt haben.</translation>
    </message>
    <message>
        <source>You decide. Until you have, nothing is measured and nothing is sent.</source>
        <translation>Sie entscheiden. Bis dahin wird nichts gemessen und nichts gesendet.</translation>
    </message>
    <message>
        <source>You decide. What you chose cannot be read now.</source>
        <translation>Sie entscheiden. Was Sie gewählt haben, ist jetzt nicht lesbar.</translation>
    </message>
    <message>
        <source>You decide. You have chosen to send zeros.</source>
        <translation>Sie entscheiden. Sie haben gewählt, Nullen zu senden.</translation>
    </message>
    <message>
        <source>You decide. You have chosen to share.</source>
        <translation>Sie entscheiden. Sie haben gewählt zu teilen.</translation>
    </message>
    <message>
        <source>You decide. You have sent zeros since {day}.</source>
        <translation>Sie entscheiden. Seit dem {day} senden Sie Nullen.</translation>
    </message>
    <message>
        <source>You decide. You have shared since {day}.</source>
        <translation>Sie entscheiden. Seit dem {day} teilen Sie.</translation>
    </message>
    <message>
        <source>Your choice</source>
        <translation>Ihre Wahl</translation>
    </message>
    <message>
        <source>Your organisation does not allow this choice.</source>
        <translation>Ihre Organisation erlaubt diese Wahl nicht.</translation>
    </message>
    <message>
        <source>{leader} sees</source>
        <translation>{leader} sieht</translation>
    </message>
    <message>
        <source>{organisation} can narrow what is sent, never widen it, and never hide this page.</source>
        <translation>{organisation} kann einschränken, was gesendet wird, aber nie ausweiten und nie diese Seite verbergen.</translation>
    </message>
    <message>
        <source>{organisation} has decided that nothing is sent.</source>
        <translation>{organisation} hat entschieden, dass nichts gesendet wird.</translation>
    </message>
    <message>
        <source>{organisation} leaves this choice to you. It can narrow what is sent, never widen it, and never hide this page.</source>
        <translation>{organisation} überlässt Ihnen diese Wahl. Eingeschränkt werden kann, was gesendet wird, nie ausgeweitet; und diese Seite lässt sich nie verbergen.</translation>
    </message>
    <message>
        <source>{organisation} requires sharing. You can see all of it.</source>
        <translation>{organisation} verlangt das Teilen. Sie können alles davon sehen.</translation>
    </message>
</context>
<context>
    <name>Editing</name>
    <message>
        <source>Above 0, at most {most}. Lower is more noise.</source>
        <translation>Über 0, höchstens {most}. Weniger bedeutet mehr Rauschen.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>From {low} to {high}.</source>
        <translation>Von {low} bis {high}.</translation>
    </message>
    <message>
        <source>No only works with further certificates.</source>
        <translation>„Nein“ geht nur mit weiteren Zertifikaten.</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Save: {name}</source>
        <translation>Speichern: {name}</translation>
    </message>
    <message>
        <source>The full path of a file of certificates (PEM).</source>
        <translation>Der volle Pfad einer Datei mit Zertifikaten (PEM).</translation>
    </message>
    <message>
        <source>The log stays on this computer.</source>
        <translation>Das Protokoll bleibt auf diesem Computer.</translation>
    </message>
    <message>
        <source>`system`, `none`, or `http://host:port`.</source>
        <translation>`system`, `none` oder `http://host:port`.</translation>
    </message>
    <message>
        <source>{name} should be {what}.</source>
        <translation>{name} sollte sein: {what}.</translation>
    </message>
</context>
<context>
    <name>Erase</name>
    <message>
        <source>All readings and day summaries, up to a year of them</source>
        <translation>Alle Messwerte und Tageswerte, bis zu einem Jahr</translation>
    </message>
    <message>
        <source>Erase what is kept on this computer</source>
        <translation>Löschen, was auf diesem Computer aufbewahrt wird</translation>
    </message>
    <message numerus="yes">
        <source>Erased: all readings, summaries and notes, and the bytes of %n reports.</source>
        <translation>
            <numerusform>Gelöscht: alle Messwerte, Tageswerte und Notizen, und die Bytes von %n Bericht.</numerusform>
            <numerusform>Gelöscht: alle Messwerte, Tageswerte und Notizen, und die Bytes von %n Berichten.</numerusform>
        </translation>
    </message>
    <message>
        <source>Erase…</source>
        <translation>Löschen …</translation>
    </message>
    <message>
        <source>Erasing</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Erasing…</source>
        <translation>Es wird gelöscht …</translation>
    </message>
    <message>
        <source>Goes now</source>
        <translation>Geht jetzt</translation>
    </message>
    <message>
        <source>Measuring begins anew, as you chose.</source>
        <translation>Das Messen beginnt von vorn, wie Sie es gewählt haben.</translation>
    </message>
    <message>
        <source>Nothing is kept but settings and the ledger.</source>
        <translation>Aufbewahrt sind nur Einstellungen und das Berichtsbuch.</translation>
    </message>
    <message>
        <source>Stays, and why</source>
        <translation>Bleibt, und warum</translation>
    </message>
    <message>
        <source>The ledger’s fingerprints stayed.</source>
        <translation>Die Fingerabdrücke im Berichtsbuch sind geblieben.</translation>
    </message>
    <message>
        <source>The ledger’s fingerprints, so that the chain can still be checked. Your choice and settings, so that you are not asked again. Pieces already added to a total cannot be found again: nothing says which were yours.</source>
        <translation>Die Fingerabdrücke im Berichtsbuch, damit die Kette weiter nachgerechnet werden kann. Ihre Wahl und Ihre Einstellungen, damit Sie nicht noch einmal gefragt werden. Teile, die schon in einer Summe stecken, lassen sich nicht wiederfinden: Nichts sagt, welche Ihre waren.</translation>
    </message>
    <message>
        <source>There was nothing to erase.</source>
        <translation>Es gab nichts zu löschen.</translation>
    </message>
    <message>
        <source>This cannot be undone. Type “{word}” to go on.</source>
        <translation>Das lässt sich nicht rückgängig machen. Tippen Sie „{word}“, um fortzufahren.</translation>
    </message>
    <message>
        <source>Works without a network. You will be asked to type the word “{word}”.</source>
        <translation>Geht ohne Netz. Sie werden gebeten, das Wort „{word}“ zu tippen.</translation>
    </message>
    <message>
        <source>erase</source>
        <translation>löschen</translation>
    </message>
    <message>
        <source>the bytes of one report with its opening</source>
        <translation>die Bytes eines Berichts mit seinem Öffnungswert</translation>
    </message>
    <message>
        <source>the bytes of {n} reports with their openings</source>
        <translation>die Bytes von {n} Berichten mit ihren Öffnungswerten</translation>
    </message>
    <message>
        <source>the notes of who read this device’s health</source>
        <translation>die Notizen, wer den Zustand dieses Geräts gelesen hat</translation>
    </message>
    <message>
        <source>the report that is held: it is not sent</source>
        <translation>der wartende Bericht: Er wird nicht gesendet</translation>
    </message>
</context>
<context>
    <name>Erasing</name>
    <message>
        <source>Erase now</source>
        <translation>Jetzt löschen</translation>
    </message>
    <message>
        <source>Keep everything</source>
        <translation>Alles behalten</translation>
    </message>
</context>
<context>
    <name>FirstRun</name>
    <message numerus="yes">
        <source>%n answers</source>
        <translation>
            <numerusform>%n Antwort</numerusform>
            <numerusform>%n Antworten</numerusform>
        </translation>
    </message>
    <message>
        <source>A health summary is shared</source>
        <translation>Eine Zusammenfassung des Zustands wird geteilt</translation>
    </message>
    <message>
        <source>A weekly health summary is shared</source>
        <translation>Eine wöchentliche Zusammenfassung des Zustands wird geteilt</translation>
    </message>
    <message>
        <source>Asks for more.</source>
        <translation>Verlangt mehr.</translation>
    </message>
    <message>
        <source>Choose one. You can change it at any time.</source>
        <translation>Wählen Sie eine. Sie können sie jederzeit ändern.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>If the two broke their agreement, they could put pieces together and read your answers. We cannot speak for other tools your employer runs.</source>
        <translation>Brächen die beiden ihre Vereinbarung, könnten sie Teile zusammensetzen und Ihre Antworten lesen. Für andere Werkzeuge Ihres Arbeitgebers können wir nicht sprechen.</translation>
    </message>
    <message>
        <source>Its limits</source>
        <translation>Seine Grenzen</translation>
    </message>
    <message>
        <source>Names, files, websites, activity times, device numbers.</source>
        <translation>Namen, Dateien, Webseiten, Zeiten Ihrer Tätigkeit, Gerätenummern.</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nie</translation>
    </message>
    <message>
        <source>No operator alone. Each answer becomes two random-looking pieces: {leader} gets one, {helper} the other. Only totals over at least {n} computers are joined.</source>
        <translation>Kein Betreiber allein. Aus jeder Antwort werden zwei Teile, die wie Zufall aussehen: {leader} bekommt den einen, {helper} den anderen. Zusammengefügt werden nur Summen über mindestens {n} Computer.</translation>
    </message>
    <message>
        <source>Nobody: this computer takes part in no task yet.</source>
        <translation>Niemand: Dieser Computer nimmt noch an keiner Erhebung teil.</translation>
    </message>
    <message>
        <source>Nothing else has changed. Closing is not choosing: sending goes on waiting.</source>
        <translation>Sonst hat sich nichts geändert. Schließen heißt nicht wählen: Das Senden ruht weiter.</translation>
    </message>
    <message>
        <source>Nothing is sent until you choose again.</source>
        <translation>Bis Sie neu gewählt haben, wird nichts gesendet.</translation>
    </message>
    <message>
        <source>See exactly what would be sent</source>
        <translation>Genau ansehen, was gesendet würde</translation>
    </message>
    <message>
        <source>Share a daily health summary?</source>
        <translation>Täglich eine Zusammenfassung des Zustands teilen?</translation>
    </message>
    <message>
        <source>Share a weekly health summary?</source>
        <translation>Wöchentlich eine Zusammenfassung des Zustands teilen?</translation>
    </message>
    <message>
        <source>Shoal is off until you choose; the preview measures once and keeps nothing. Closing is not choosing.</source>
        <translation>Shoal ist aus, bis Sie wählen; die Vorschau misst einmal und behält nichts. Schließen heißt nicht wählen.</translation>
    </message>
    <message>
        <source>Small random amounts are added before.</source>
        <translation>Vorher kommen kleine Zufallsbeträge hinzu.</translation>
    </message>
    <message>
        <source>The preview measures once and keeps nothing.</source>
        <translation>Die Vorschau misst einmal und behält nichts.</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Who reads it</source>
        <translation>Wer es liest</translation>
    </message>
    <message>
        <source>You can choose between these, and change it at any time.</source>
        <translation>Zwischen diesen können Sie wählen und es jederzeit ändern.</translation>
    </message>
    <message>
        <source>{before}, now **{after}**</source>
        <translation>{before}, jetzt **{after}**</translation>
    </message>
    <message>
        <source>{n} answers, such as “{title}: {answer}”</source>
        <translation>{n} Antworten, zum Beispiel „{title}: {answer}“</translation>
    </message>
    <message>
        <source>{organisation} asks for more than you agreed to</source>
        <translation>{organisation} verlangt mehr, als Sie zugestimmt haben</translation>
    </message>
</context>
<context>
    <name>Flow</name>
    <message>
        <source>A total of {total} may really be {low} to {high}.</source>
        <translation>Eine Summe von {total} kann in Wahrheit {low} bis {high} sein.</translation>
    </message>
    <message>
        <source>Before totals are published, small random amounts are added.</source>
        <translation>Bevor Summen veröffentlicht werden, kommen kleine Zufallsbeträge hinzu.</translation>
    </message>
    <message>
        <source>Each answer is turned into two random-looking pieces. {leader} gets one, {helper} the other. Either piece alone says nothing. They add up everyone’s pieces, and only the totals are joined.</source>
        <translation>Jede Antwort wird in zwei Teile zerlegt, die wie Zufall aussehen. {leader} bekommt den einen, {helper} den anderen. Jeder Teil für sich sagt nichts. Beide zählen die Teile aller zusammen, und nur die Summen werden zusammengefügt.</translation>
    </message>
    <message>
        <source>If {leader} and {helper} broke their agreement and put their pieces together, they could read answers; that is why they must be separate.</source>
        <translation>Brächen {leader} und {helper} ihre Vereinbarung und setzten ihre Teile zusammen, könnten sie Antworten lesen; darum müssen sie getrennt sein.</translation>
    </message>
    <message>
        <source>No noise is added: totals are exact, and can give single answers away.</source>
        <translation>Es kommt kein Rauschen hinzu: Die Summen sind genau und können einzelne Antworten verraten.</translation>
    </message>
    <message>
        <source>One operator holds both pieces.</source>
        <translation>Ein Betreiber hält beide Teile.</translation>
    </message>
    <message>
        <source>Over a whole year of the same answers: {one} times in 100 for one of them, {all} for all together.</source>
        <translation>Über ein ganzes Jahr gleicher Antworten: bei einer davon {one} von 100 Malen, bei allen zusammen {all}.</translation>
    </message>
    <message>
        <source>Somebody who knew every other computer’s answers and guessed yours from the totals would be right {one} times in 100 for one answer, {all} for all of them together, instead of 50.</source>
        <translation>Wer die Antworten aller anderen Computer wüsste und Ihre aus den Summen zu erraten versuchte, läge bei einer Antwort in {one} von 100 Fällen richtig, bei allen zusammen in {all}, statt in 50.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Computer</translation>
    </message>
    <message>
        <source>Totals</source>
        <translation>Summen</translation>
    </message>
    <message>
        <source>We cannot speak for other tools that your employer runs, and an administrator could inspect this computer by other means.</source>
        <translation>Für andere Werkzeuge Ihres Arbeitgebers können wir nicht sprechen, und wer den Computer verwaltet, könnte ihn auf anderem Weg untersuchen.</translation>
    </message>
    <message>
        <source>adds up everyone’s pieces, adds no noise</source>
        <translation>zählt die Teile aller zusammen, ohne Rauschen</translation>
    </message>
    <message>
        <source>adds up everyone’s pieces, adds noise</source>
        <translation>zählt die Teile aller zusammen, gibt Rauschen dazu</translation>
    </message>
    <message>
        <source>of at least {n} computers.</source>
        <translation>über mindestens {n} Computer.</translation>
    </message>
    <message>
        <source>over {number}</source>
        <translation>über {number}</translation>
    </message>
    <message>
        <source>{leader} can put the pieces together, and read answers: no agreement keeps them apart.</source>
        <translation>{leader} kann die Teile zusammensetzen und Antworten lesen: Keine Vereinbarung hält sie getrennt.</translation>
    </message>
    <message>
        <source>{n} zeros and ones</source>
        <translation>{n} Nullen und Einsen</translation>
    </message>
</context>
<context>
    <name>Health</name>
    <message>
        <source>1 of {n} needs attention</source>
        <translation>1 von {n} auffällig</translation>
    </message>
    <message>
        <source>30+ days</source>
        <translation>über 30 Tage</translation>
    </message>
    <message>
        <source>: {value}, bad for 30 days or more.</source>
        <translation>: {value}, schlecht seit 30 Tagen oder länger.</translation>
    </message>
    <message>
        <source>: {value}, bad since {day}.</source>
        <translation>: {value}, schlecht seit dem {day}.</translation>
    </message>
    <message>
        <source>A page for the help desk, of what you tick. It is not sent.</source>
        <translation>Eine Seite für den Helpdesk mit dem, was Sie ankreuzen. Sie wird nicht gesendet.</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>Konto</translation>
    </message>
    <message numerus="yes">
        <source>All %n readings</source>
        <translation>
            <numerusform>%n Lesezugriff</numerusform>
            <numerusform>Alle %n Lesezugriffe</numerusform>
        </translation>
    </message>
    <message>
        <source>All {n}</source>
        <translation>Alle {n}</translation>
    </message>
    <message>
        <source>All {n} checks that have an answer need no attention.</source>
        <translation>Alle {n} Prüfungen mit einer Antwort sind in Ordnung.</translation>
    </message>
    <message>
        <source>Every check has an answer.</source>
        <translation>Jede Prüfung hat eine Antwort.</translation>
    </message>
    <message>
        <source>Health card…</source>
        <translation>Gerätekarte …</translation>
    </message>
    <message>
        <source>It measures once you choose so. “Measure now” keeps nothing.</source>
        <translation>Gemessen wird, sobald Sie es so wählen. „Jetzt messen“ behält nichts.</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>Letzte 30 Tage</translation>
    </message>
    <message>
        <source>Last measured {ago}. The readings stay on this computer.</source>
        <translation>Zuletzt gemessen {ago}. Die Messwerte bleiben auf diesem Computer.</translation>
    </message>
    <message>
        <source>Measure now</source>
        <translation>Jetzt messen</translation>
    </message>
    <message>
        <source>Measured {ago}. The readings stay on this computer.</source>
        <translation>Gemessen {ago}. Die Messwerte bleiben auf diesem Computer.</translation>
    </message>
    <message>
        <source>Measuring</source>
        <translation>Messen</translation>
    </message>
    <message>
        <source>Measuring once; nothing is kept …</source>
        <translation>Es wird einmal gemessen und nichts behalten …</translation>
    </message>
    <message>
        <source>Measuring …</source>
        <translation>Es wird gemessen …</translation>
    </message>
    <message>
        <source>Needs attention {n}</source>
        <translation>Auffällig {n}</translation>
    </message>
    <message>
        <source>No answer {n}</source>
        <translation>Ohne Antwort {n}</translation>
    </message>
    <message>
        <source>No answer: {titles}.</source>
        <translation>Ohne Antwort: {titles}.</translation>
    </message>
    <message>
        <source>No check has an answer yet.</source>
        <translation>Noch hat keine Prüfung eine Antwort.</translation>
    </message>
    <message>
        <source>Nothing needs attention.</source>
        <translation>Nichts ist auffällig.</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>Jetzt</translation>
    </message>
    <message>
        <source>Read on</source>
        <translation>Gelesen am</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Shoal measures nothing on this computer.</source>
        <translation>Shoal misst auf diesem Computer nichts.</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Seit</translation>
    </message>
    <message>
        <source>Start with </source>
        <translation>Beginnen Sie mit </translation>
    </message>
    <message>
        <source>The account {account} read this page with `shoal status` on {day} at {clock}.</source>
        <translation>Das Konto {account} hat diese Seite am {day} um {clock} Uhr mit `shoal status` gelesen.</translation>
    </message>
    <message>
        <source>The first readings come within a minute; some checks need days.</source>
        <translation>Die ersten Messwerte kommen innerhalb einer Minute; manche Prüfungen brauchen Tage.</translation>
    </message>
    <message>
        <source>The readings cannot be shown now.</source>
        <translation>Die Messwerte können jetzt nicht gezeigt werden.</translation>
    </message>
    <message>
        <source>They stay on this computer; what keeps them from here is said above.</source>
        <translation>Sie bleiben auf diesem Computer; was sie von hier fernhält, steht oben.</translation>
    </message>
    <message>
        <source>Today&apos;s samples cannot be read: {cause}.</source>
        <translation>Die heutigen Messwerte sind nicht lesbar: {cause}.</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Urteil</translation>
    </message>
    <message>
        <source>Which checks are shown</source>
        <translation>Welche Prüfungen gezeigt werden</translation>
    </message>
    <message>
        <source>Which time the chart shows</source>
        <translation>Welche Zeit das Diagramm zeigt</translation>
    </message>
    <message>
        <source>Why there is no answer</source>
        <translation>Warum es keine Antwort gibt</translation>
    </message>
    <message>
        <source>all {n} OK</source>
        <translation>alle {n} OK</translation>
    </message>
    <message>
        <source>for 30 days or more</source>
        <translation>seit 30 Tagen oder länger</translation>
    </message>
    <message>
        <source>no answer yet</source>
        <translation>noch keine Antwort</translation>
    </message>
    <message>
        <source>since {day}</source>
        <translation>seit dem {day}</translation>
    </message>
    <message>
        <source>today</source>
        <translation>heute</translation>
    </message>
    <message>
        <source>{fine} of {all} checks need no attention, 1 does.</source>
        <translation>{fine} von {all} Prüfungen sind in Ordnung, 1 nicht.</translation>
    </message>
    <message>
        <source>{fine} of {all} checks need no attention, {some} do.</source>
        <translation>{fine} von {all} Prüfungen sind in Ordnung, {some} nicht.</translation>
    </message>
    <message>
        <source>{some} of {n} need attention</source>
        <translation>{some} von {n} auffällig</translation>
    </message>
</context>
<context>
    <name>Held</name>
    <message>
        <source>A report of zeros goes in its place, at the random moment. Neither operator can tell.</source>
        <translation>An seiner Stelle geht ein Bericht aus Nullen hinaus, zum zufälligen Zeitpunkt. Keiner der Betreiber kann es erkennen.</translation>
    </message>
    <message>
        <source>At a random moment, once nothing stands in the way</source>
        <translation>Zu einem zufälligen Zeitpunkt, sobald nichts im Weg steht</translation>
    </message>
    <message>
        <source>At the latest</source>
        <translation>Spätestens</translation>
    </message>
    <message>
        <source>Do nothing</source>
        <translation>Nichts tun</translation>
    </message>
    <message>
        <source>From {day}, {clock}</source>
        <translation>Ab {day}, {clock}</translation>
    </message>
    <message>
        <source>Held: {time} left</source>
        <translation>Wartet noch {time}</translation>
    </message>
    <message>
        <source>It is dropped by itself: too late, and not sent.</source>
        <translation>Er wird von selbst verworfen: zu spät, und nicht gesendet.</translation>
    </message>
    <message>
        <source>It is too late for it.</source>
        <translation>Dafür ist es zu spät.</translation>
    </message>
    <message>
        <source>It is zeros already.</source>
        <translation>Es sind schon Nullen.</translation>
    </message>
    <message>
        <source>It leaves by itself. The random moment hides when this computer is on.</source>
        <translation>Er geht von selbst hinaus. Der zufällige Zeitpunkt verbirgt, wann dieser Computer an ist.</translation>
    </message>
    <message>
        <source>It leaves within a minute. {leader} can then tell that a computer at this address is on.</source>
        <translation>Er geht innerhalb einer Minute hinaus. {leader} kann dann erkennen, dass ein Computer an dieser Adresse an ist.</translation>
    </message>
    <message>
        <source>It stays here while that stands in the way; once its time is over, it is not sent at all.</source>
        <translation>Er bleibt hier, solange das im Weg steht; ist seine Zeit vorbei, wird er gar nicht gesendet.</translation>
    </message>
    <message>
        <source>Leaves any time now</source>
        <translation>Kann jederzeit hinausgehen</translation>
    </message>
    <message>
        <source>Leaves at a random moment, chosen by this computer</source>
        <translation>Geht zu einem zufälligen Zeitpunkt hinaus, den dieser Computer wählt</translation>
    </message>
    <message>
        <source>Nothing is sent while the policy file has an error.</source>
        <translation>Solange die Richtliniendatei einen Fehler hat, wird nichts gesendet.</translation>
    </message>
    <message>
        <source>Nothing is sent while the task file is refused.</source>
        <translation>Solange die Datei der Erhebung abgelehnt wird, wird nichts gesendet.</translation>
    </message>
    <message>
        <source>Now, {clock}</source>
        <translation>Jetzt, {clock}</translation>
    </message>
    <message>
        <source>One report is being sent; it has not arrived yet.</source>
        <translation>Ein Bericht wird gesendet; angekommen ist er noch nicht.</translation>
    </message>
    <message>
        <source>One report is held. It is too late for it: it will not be sent.</source>
        <translation>Ein Bericht wartet. Für ihn ist es zu spät: Er wird nicht gesendet.</translation>
    </message>
    <message>
        <source>One report is held. It leaves {when}.</source>
        <translation>Ein Bericht wartet. Er geht {when} hinaus.</translation>
    </message>
    <message>
        <source>One report is held. It waits: {why}.</source>
        <translation>Ein Bericht wartet, und er geht nicht von selbst hinaus: {why}.</translation>
    </message>
    <message>
        <source>Sealed</source>
        <translation>Versiegelt</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Jetzt senden</translation>
    </message>
    <message>
        <source>Sending has begun.</source>
        <translation>Das Senden hat begonnen.</translation>
    </message>
    <message>
        <source>Sending waits until you choose again.</source>
        <translation>Das Senden wartet, bis Sie neu wählen.</translation>
    </message>
    <message>
        <source>Too late from then on</source>
        <translation>Von da an zu spät</translation>
    </message>
    <message>
        <source>Withhold</source>
        <translation>Zurückhalten</translation>
    </message>
    <message>
        <source>{one} or {other}</source>
        <translation>{one} oder {other}</translation>
    </message>
    <message>
        <source>{organisation} does not allow this.</source>
        <translation>{organisation} erlaubt das nicht.</translation>
    </message>
    <message>
        <source>{period}: {size}, sealed. Shoal sends nothing else from this computer.</source>
        <translation>{period}: {size}, versiegelt. Sonst sendet Shoal nichts von diesem Computer.</translation>
    </message>
</context>
<context>
    <name>Leaves</name>
    <message numerus="yes">
        <source>%n earlier reports</source>
        <translation>
            <numerusform>%n früherer Bericht</numerusform>
            <numerusform>%n frühere Berichte</numerusform>
        </translation>
    </message>
    <message>
        <source>At present {organisation} allows no sending.</source>
        <translation>Zurzeit erlaubt {organisation} kein Senden.</translation>
    </message>
    <message>
        <source>Back to the held report</source>
        <translation>Zurück zum wartenden Bericht</translation>
    </message>
    <message>
        <source>Close this report</source>
        <translation>Diesen Bericht schließen</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Export the ledger</source>
        <translation>Berichtsbuch exportieren</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>From plain words to the exact bytes</source>
        <translation>Von einfachen Worten zu den genauen Bytes</translation>
    </message>
    <message>
        <source>From plain words to the exact bytes, with today’s values. Built for you to look at, then thrown away.</source>
        <translation>Von einfachen Worten zu den genauen Bytes, mit den Werten von heute. Zum Ansehen gebaut, dann weggeworfen.</translation>
    </message>
    <message>
        <source>Health is measured and shown here; no report is made.</source>
        <translation>Der Zustand wird gemessen und hier gezeigt; ein Bericht wird nicht erstellt.</translation>
    </message>
    <message>
        <source>JSON files (*.json)</source>
        <translation>JSON-Dateien (*.json)</translation>
    </message>
    <message>
        <source>Measuring once; nothing of it is kept…</source>
        <translation>Es wird einmal gemessen und nichts davon behalten …</translation>
    </message>
    <message>
        <source>No report is held now.</source>
        <translation>Jetzt wartet kein Bericht.</translation>
    </message>
    <message>
        <source>Nothing has been chosen, so nothing is measured or made.</source>
        <translation>Es wurde nichts gewählt, also wird nichts gemessen und nichts erstellt.</translation>
    </message>
    <message>
        <source>Nothing is measured, and no report is made.</source>
        <translation>Nichts wird gemessen, und kein Bericht wird erstellt.</translation>
    </message>
    <message>
        <source>Preview again</source>
        <translation>Neue Vorschau</translation>
    </message>
    <message>
        <source>Reading the report</source>
        <translation>Lesen des Berichts</translation>
    </message>
    <message>
        <source>Reading the report…</source>
        <translation>Der Bericht wird gelesen …</translation>
    </message>
    <message>
        <source>Recomputing every kept report…</source>
        <translation>Jeder aufbewahrte Bericht wird nachgerechnet …</translation>
    </message>
    <message>
        <source>Sealing zeros in its place…</source>
        <translation>Nullen werden an seiner Stelle versiegelt …</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Jetzt senden</translation>
    </message>
    <message>
        <source>Sending…</source>
        <translation>Es wird gesendet …</translation>
    </message>
    <message>
        <source>Shoal sends nothing from this computer.</source>
        <translation>Shoal sendet nichts von diesem Computer.</translation>
    </message>
    <message>
        <source>Show a preview</source>
        <translation>Vorschau zeigen</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Alle zeigen</translation>
    </message>
    <message>
        <source>Stations</source>
        <translation>Stationen</translation>
    </message>
    <message>
        <source>The fields of the sealed bytes</source>
        <translation>Die Felder der versiegelten Bytes</translation>
    </message>
    <message>
        <source>The held report</source>
        <translation>Der wartende Bericht</translation>
    </message>
    <message>
        <source>The held report itself, as it will leave.</source>
        <translation>Der wartende Bericht selbst, wie er hinausgehen wird.</translation>
    </message>
    <message>
        <source>The ledger cannot be read; what keeps it from here is said above.</source>
        <translation>Das Berichtsbuch ist nicht lesbar; was es von hier fernhält, steht oben.</translation>
    </message>
    <message>
        <source>The ledger is saved as `{path}`.</source>
        <translation>Das Berichtsbuch ist als `{path}` gespeichert.</translation>
    </message>
    <message>
        <source>The preview</source>
        <translation>Die Vorschau</translation>
    </message>
    <message>
        <source>The report</source>
        <translation>Der Bericht</translation>
    </message>
    <message>
        <source>The report as zeros and ones</source>
        <translation>Der Bericht als Nullen und Einsen</translation>
    </message>
    <message>
        <source>The sealed bytes</source>
        <translation>Die versiegelten Bytes</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Nachrechnen</translation>
    </message>
    <message>
        <source>Verifying</source>
        <translation>Nachrechnen</translation>
    </message>
    <message>
        <source>What a report would contain</source>
        <translation>Was in einem Bericht stünde</translation>
    </message>
    <message>
        <source>What leaves cannot be shown now.</source>
        <translation>Was hinausgeht, kann jetzt nicht gezeigt werden.</translation>
    </message>
    <message>
        <source>Which reports</source>
        <translation>Welche Berichte</translation>
    </message>
    <message>
        <source>Who gets which piece</source>
        <translation>Wer welchen Teil bekommt</translation>
    </message>
    <message>
        <source>Withhold</source>
        <translation>Zurückhalten</translation>
    </message>
    <message>
        <source>You chose {choice} on {day}.</source>
        <translation>Sie haben am {day} {choice} gewählt.</translation>
    </message>
    <message>
        <source>You chose {choice}.</source>
        <translation>Sie haben {choice} gewählt.</translation>
    </message>
    <message>
        <source>{done} of {all} reports recomputed</source>
        <translation>{done} von {all} Berichten nachgerechnet</translation>
    </message>
    <message>
        <source>{next}. Shoal sends nothing else from this computer.</source>
        <translation>{next}. Sonst sendet Shoal nichts von diesem Computer.</translation>
    </message>
    <message>
        <source>{} more bytes, all random-looking.</source>
        <translation>{} weitere Bytes, alle wie zufällig.</translation>
    </message>
</context>
<context>
    <name>Ledger</name>
    <message>
        <source>All {n}</source>
        <translation>Alle {n}</translation>
    </message>
    <message>
        <source>Being sent</source>
        <translation>Wird gesendet</translation>
    </message>
    <message>
        <source>Bytes kept</source>
        <translation>Bytes aufbewahrt</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Tag</translation>
    </message>
    <message>
        <source>Delivered</source>
        <translation>Zugestellt</translation>
    </message>
    <message>
        <source>Delivered {n}</source>
        <translation>Zugestellt {n}</translation>
    </message>
    <message>
        <source>Delivered, zeros</source>
        <translation>Zugestellt, Nullen</translation>
    </message>
    <message>
        <source>Dropped, not sent</source>
        <translation>Verworfen, nicht gesendet</translation>
    </message>
    <message>
        <source>Everything since you chose</source>
        <translation>Alles, seit Sie gewählt haben</translation>
    </message>
    <message>
        <source>Held</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Held, zeros</source>
        <translation>Wartet, Nullen</translation>
    </message>
    <message>
        <source>Not delivered {n}</source>
        <translation>Nicht zugestellt {n}</translation>
    </message>
    <message>
        <source>Nothing sent</source>
        <translation>Nichts gesendet</translation>
    </message>
    <message>
        <source>Period</source>
        <translation>Zeitraum</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>The ledger cannot be read now</source>
        <translation>Das Berichtsbuch ist jetzt nicht lesbar</translation>
    </message>
    <message>
        <source>The ledger holds no report</source>
        <translation>Das Berichtsbuch enthält keinen Bericht</translation>
    </message>
    <message>
        <source>Too late, not sent</source>
        <translation>Zu spät, nicht gesendet</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>Woche</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Was geschah</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Withheld</source>
        <translation>Zurückgehalten</translation>
    </message>
    <message>
        <source>Withheld, zeros delivered</source>
        <translation>Zurückgehalten, Nullen zugestellt</translation>
    </message>
    <message>
        <source>Withheld, zeros held</source>
        <translation>Zurückgehalten, Nullen warten</translation>
    </message>
    <message>
        <source>only the fingerprint</source>
        <translation>nur der Fingerabdruck</translation>
    </message>
    <message>
        <source>until {day}</source>
        <translation>bis {day}</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
</context>
<context>
    <name>Measuring</name>
    <message numerus="yes">
        <source>And %n more.</source>
        <translation>
            <numerusform>Und %n weitere.</numerusform>
            <numerusform>Und %n weitere.</numerusform>
        </translation>
    </message>
    <message>
        <source>It could not be measured.</source>
        <translation>Messen ging nicht.</translation>
    </message>
    <message>
        <source>Measured at {clock}.</source>
        <translation>Gemessen um {clock} Uhr.</translation>
    </message>
    <message>
        <source>Measured once, for this look only. Nothing was kept and nothing is sent.</source>
        <translation>Einmal gemessen, nur zum Ansehen. Nichts wurde behalten, und nichts wird gesendet.</translation>
    </message>
    <message>
        <source>Measured.</source>
        <translation>Gemessen.</translation>
    </message>
    <message>
        <source>No verdict changed.</source>
        <translation>Kein Urteil hat sich geändert.</translation>
    </message>
    <message>
        <source>Off is chosen, under [Who decides](decides). These checks could be read:</source>
        <translation>Gewählt ist Aus, unter [Wer entscheidet](decides). Gelesen werden könnten diese Prüfungen:</translation>
    </message>
    <message>
        <source>Shoal&apos;s background process is not running.</source>
        <translation>Der Hintergrundprozess von Shoal läuft nicht.</translation>
    </message>
    <message>
        <source>The background process did not answer in time. It may be busy; what it measures appears here by itself.</source>
        <translation>Der Hintergrundprozess hat nicht rechtzeitig geantwortet. Vielleicht ist er beschäftigt; was er misst, erscheint hier von selbst.</translation>
    </message>
    <message>
        <source>The database cannot be read now.</source>
        <translation>Die Datenbank ist jetzt nicht lesbar.</translation>
    </message>
    <message>
        <source>These checks are read, each minute or when they are due:</source>
        <translation>Gelesen werden diese Prüfungen, jede Minute oder wenn sie an der Reihe sind:</translation>
    </message>
    <message>
        <source>These checks could be read. Nobody has chosen yet; [Who decides](decides) is the place for it.</source>
        <translation>Gelesen werden könnten diese Prüfungen. Noch hat niemand gewählt; der Ort dafür ist [Wer entscheidet](decides).</translation>
    </message>
    <message>
        <source>{title}: {verdict}, before {was}</source>
        <translation>{title}: {verdict}, vorher {was}</translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message>
        <source>A damaged database was put aside.</source>
        <translation>Eine beschädigte Datenbank wurde beiseitegelegt.</translation>
    </message>
    <message>
        <source>A newer Shoal made this database.</source>
        <translation>Ein neueres Shoal hat diese Datenbank angelegt.</translation>
    </message>
    <message>
        <source>An older Shoal made this database.</source>
        <translation>Ein älteres Shoal hat diese Datenbank angelegt.</translation>
    </message>
    <message>
        <source>Another process holds the database.</source>
        <translation>Ein anderer Prozess hält die Datenbank fest.</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Free some space. Nothing that was stored is lost.</source>
        <translation>Schaffen Sie Platz. Nichts Gespeichertes ist verloren.</translation>
    </message>
    <message>
        <source>From this one it can only be measured.</source>
        <translation>Von diesem Konto aus kann nur gemessen werden.</translation>
    </message>
    <message>
        <source>If it lies on a disk that was taken away, bring that back. If it was deleted, close this window and open it again: Shoal begins anew; nothing is sent before you choose.</source>
        <translation>Liegt er auf einem Laufwerk, das entfernt wurde, schließen Sie es wieder an. Wurde er gelöscht, schließen Sie dieses Fenster und öffnen Sie es wieder: Shoal beginnt von vorn; nichts wird gesendet, bevor Sie wählen.</translation>
    </message>
    <message>
        <source>It has not let go for some seconds. If it stays so, restart the agent.</source>
        <translation>Er hat sie einige Sekunden lang nicht freigegeben. Bleibt es so, starten Sie den Agenten neu.</translation>
    </message>
    <message>
        <source>It lies, whole, as {name} in {folder}. Erase deletes it.</source>
        <translation>Sie liegt unverändert als {name} in {folder}. „Löschen“ entfernt sie.</translation>
    </message>
    <message>
        <source>It was started, and ended at once. Its log says why: {file}. So does `shoal run`.</source>
        <translation>Er wurde gestartet und war sofort zu Ende. Warum, steht im Protokoll: {file}. Auch `shoal run` sagt es.</translation>
    </message>
    <message>
        <source>Its background process has ended. What you see was last measured {ago}.</source>
        <translation>Sein Hintergrundprozess ist zu Ende. Was Sie sehen, wurde zuletzt {ago} gemessen.</translation>
    </message>
    <message>
        <source>Its background process is not running.</source>
        <translation>Sein Hintergrundprozess läuft nicht.</translation>
    </message>
    <message>
        <source>Its folder, its file or the disk is read-only. Make them writable for this account.</source>
        <translation>Der Ordner, die Datei oder das Laufwerk ist schreibgeschützt. Geben Sie diesem Konto Schreibrechte.</translation>
    </message>
    <message>
        <source>Reports cannot be sent now.</source>
        <translation>Berichte können jetzt nicht gesendet werden.</translation>
    </message>
    <message>
        <source>Row {row} does not follow from the one before. Something other than Shoal changed it, or the disk is at fault. Keep the file.</source>
        <translation>Zeile {row} folgt nicht aus der vorigen. Etwas anderes als Shoal hat sie geändert, oder das Laufwerk ist schuld. Bewahren Sie die Datei auf.</translation>
    </message>
    <message>
        <source>See what changed</source>
        <translation>Ansehen, was sich geändert hat</translation>
    </message>
    <message>
        <source>Sending waits until you choose again.</source>
        <translation>Das Senden ruht, bis Sie neu gewählt haben.</translation>
    </message>
    <message>
        <source>Shoal does not measure yet.</source>
        <translation>Shoal misst noch nicht.</translation>
    </message>
    <message>
        <source>Shoal stopped measuring on {weekday}, {day}, at {clock}.</source>
        <translation>Shoal misst seit {weekday}, {day}, {clock} Uhr, nicht mehr.</translation>
    </message>
    <message>
        <source>Shoal’s background process does not stay.</source>
        <translation>Der Hintergrundprozess von Shoal bleibt nicht am Laufen.</translation>
    </message>
    <message>
        <source>Start Shoal</source>
        <translation>Shoal starten</translation>
    </message>
    <message>
        <source>Start measuring</source>
        <translation>Messen starten</translation>
    </message>
    <message>
        <source>Starting Shoal brings it up to date.</source>
        <translation>Ein Start von Shoal bringt sie auf den neuen Stand.</translation>
    </message>
    <message>
        <source>Starting Shoal puts it aside, whole and unrepaired, and begins a new one. You choose again then; nothing is sent before.</source>
        <translation>Ein Start von Shoal legt sie beiseite, ganz und unrepariert, und beginnt eine neue. Sie wählen dann noch einmal; vorher wird nichts gesendet.</translation>
    </message>
    <message>
        <source>The database cannot be read.</source>
        <translation>Die Datenbank ist nicht lesbar.</translation>
    </message>
    <message>
        <source>The database cannot be written.</source>
        <translation>Die Datenbank ist nicht beschreibbar.</translation>
    </message>
    <message>
        <source>The database is damaged.</source>
        <translation>Die Datenbank ist beschädigt.</translation>
    </message>
    <message>
        <source>The disk is full.</source>
        <translation>Das Laufwerk ist voll.</translation>
    </message>
    <message>
        <source>The folder with Shoal’s data is gone.</source>
        <translation>Der Ordner mit den Daten von Shoal ist weg.</translation>
    </message>
    <message>
        <source>The ledger was changed.</source>
        <translation>Das Berichtsbuch wurde verändert.</translation>
    </message>
    <message>
        <source>The policy cannot be read.</source>
        <translation>Die Richtlinie ist nicht lesbar.</translation>
    </message>
    <message>
        <source>The report has not arrived yet; it is tried again.</source>
        <translation>Der Bericht ist noch nicht angekommen; es wird wieder versucht.</translation>
    </message>
    <message>
        <source>The task asks for more than you agreed to.</source>
        <translation>Die Erhebung verlangt mehr, als Sie zugestimmt haben.</translation>
    </message>
    <message>
        <source>The task file is refused.</source>
        <translation>Die Datei der Erhebung wird abgelehnt.</translation>
    </message>
    <message>
        <source>This computer reports through another account.</source>
        <translation>Dieser Computer berichtet über ein anderes Konto.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Until you do, nothing is measured and nothing is sent.</source>
        <translation>Bis dahin wird nichts gemessen und nichts gesendet.</translation>
    </message>
    <message>
        <source>Use the newer version again. Nothing was changed.</source>
        <translation>Nehmen Sie wieder die neuere Fassung. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Nachrechnen</translation>
    </message>
    <message>
        <source>You have not chosen yet.</source>
        <translation>Sie haben noch nicht gewählt.</translation>
    </message>
    <message>
        <source>{what} did not succeed.</source>
        <translation>{what} ist nicht gelungen.</translation>
    </message>
    <message>
        <source>{where}. Nothing is sent until it is corrected; ask your administrator.</source>
        <translation>{where}. Bis das berichtigt ist, wird nichts gesendet; fragen Sie Ihren Administrator.</translation>
    </message>
</context>
<context>
    <name>Notification</name>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
</context>
<context>
    <name>Numbers</name>
    <message numerus="yes">
        <source>%n bytes</source>
        <translation>
            <numerusform>%n Byte</numerusform>
            <numerusform>%n Bytes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n days</source>
        <translation>
            <numerusform>%n Tag</numerusform>
            <numerusform>%n Tage</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n days ago</source>
        <translation>
            <numerusform>vor %n Tag</numerusform>
            <numerusform>vor %n Tagen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hours ago</source>
        <translation>
            <numerusform>vor %n Stunde</numerusform>
            <numerusform>vor %n Stunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minutes ago</source>
        <translation>
            <numerusform>vor %n Minute</numerusform>
            <numerusform>vor %n Minuten</numerusform>
        </translation>
    </message>
    <message>
        <source>just now</source>
        <translation>gerade eben</translation>
    </message>
    <message>
        <source>on {weekday}</source>
        <translation>am {weekday}</translation>
    </message>
    <message>
        <source>the week of {first} to {last}</source>
        <translation>die Woche vom {first} bis {last}</translation>
    </message>
    <message>
        <source>today</source>
        <translation>heute</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>morgen</translation>
    </message>
    <message>
        <source>tonight</source>
        <translation>heute Abend</translation>
    </message>
    <message>
        <source>{hours} h</source>
        <translation>{hours} h</translation>
    </message>
    <message>
        <source>{hours} h {minutes} min</source>
        <translation>{hours} h {minutes} min</translation>
    </message>
    <message>
        <source>{minutes} min</source>
        <translation>{minutes} min</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} s</translation>
    </message>
</context>
<context>
    <name>Operators</name>
    <message>
        <source>Adds up the other set of pieces, on its own server</source>
        <translation>Zählt die anderen Teile zusammen, auf eigenem Server</translation>
    </message>
    <message>
        <source>Agreement: {agreement}.</source>
        <translation>Vereinbarung: {agreement}.</translation>
    </message>
    <message>
        <source>Both signatures of the task file are right.</source>
        <translation>Beide Unterschriften unter der Datei der Erhebung stimmen.</translation>
    </message>
    <message>
        <source>Check the signatures</source>
        <translation>Unterschriften prüfen</translation>
    </message>
    <message>
        <source>Checking the signatures</source>
        <translation>Prüfen der Unterschriften</translation>
    </message>
    <message>
        <source>Contact</source>
        <translation>Kontakt</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the fingerprint of {name}</source>
        <translation>Fingerabdruck kopieren: {name}</translation>
    </message>
    <message>
        <source>Each gets one piece of every report. Compare the fingerprints with what they published: if they differ, tell both contacts.</source>
        <translation>Jeder bekommt einen Teil jedes Berichts. Vergleichen Sie die Fingerabdrücke mit den veröffentlichten: Weichen sie ab, sagen Sie es beiden Kontakten.</translation>
    </message>
    <message>
        <source>Fingerprint</source>
        <translation>Fingerabdruck</translation>
    </message>
    <message>
        <source>Questions: {contact}.</source>
        <translation>Fragen an: {contact}.</translation>
    </message>
    <message>
        <source>Receives reports, adds up one set of pieces</source>
        <translation>Nimmt Berichte an, zählt die einen Teile zusammen</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>The signatures of this task file have not been checked yet.</source>
        <translation>Die Unterschriften unter dieser Datei der Erhebung sind noch nicht geprüft.</translation>
    </message>
    <message>
        <source>The task file is refused, so they cannot be shown. Nothing is sent.</source>
        <translation>Die Datei der Erhebung wird abgelehnt, also können sie nicht gezeigt werden. Nichts wird gesendet.</translation>
    </message>
    <message>
        <source>The two operators</source>
        <translation>Die beiden Betreiber</translation>
    </message>
    <message>
        <source>They cannot be shown until the policy file is mended. Until then nothing is sent.</source>
        <translation>Sie können erst gezeigt werden, wenn die Richtliniendatei in Ordnung ist. Bis dahin wird nichts gesendet.</translation>
    </message>
    <message>
        <source>This computer takes part in no task: nobody receives anything.</source>
        <translation>Dieser Computer nimmt an keiner Erhebung teil: Niemand bekommt etwas.</translation>
    </message>
</context>
<context>
    <name>Page</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
</context>
<context>
    <name>Parties</name>
    <message>
        <source>Your organisation</source>
        <translation>Ihre Organisation</translation>
    </message>
    <message>
        <source>a day</source>
        <translation>pro Tag</translation>
    </message>
    <message>
        <source>a period</source>
        <translation>pro Zeitraum</translation>
    </message>
    <message>
        <source>a week</source>
        <translation>pro Woche</translation>
    </message>
    <message>
        <source>the first operator</source>
        <translation>der erste Betreiber</translation>
    </message>
    <message>
        <source>the first operator’s server</source>
        <translation>dem Server des ersten Betreibers</translation>
    </message>
    <message>
        <source>the second operator</source>
        <translation>der zweite Betreiber</translation>
    </message>
</context>
<context>
    <name>Reasons</name>
    <message>
        <source>/proc is not mounted</source>
        <translation>/proc ist nicht eingehängt</translation>
    </message>
    <message>
        <source>/sys is not mounted</source>
        <translation>/sys ist nicht eingehängt</translation>
    </message>
    <message>
        <source>CoreWLAN would load all of Foundation into the resident process; commands that tell it take seconds or need an administrator</source>
        <translation>CoreWLAN lüde das ganze Foundation in den Hintergrundprozess; Befehle, die es sagen, brauchen Sekunden oder einen Administrator</translation>
    </message>
    <message>
        <source>JetsamEvent reports also tell of helpers that were ended while idle</source>
        <translation>JetsamEvent-Berichte nennen auch Hilfsprogramme, die untätig beendet wurden</translation>
    </message>
    <message>
        <source>Kernel-Processor-Power 37 also tells of limits for other causes than heat</source>
        <translation>Kernel-Processor-Power 37 meldet auch Grenzen aus anderen Gründen als Hitze</translation>
    </message>
    <message>
        <source>LibreOffice catches its own crashes there</source>
        <translation>LibreOffice fängt seine Abstürze dort selbst ab</translation>
    </message>
    <message>
        <source>Linux keeps no record of programs that stop responding</source>
        <translation>Linux vermerkt nicht, dass ein Programm nicht mehr reagiert</translation>
    </message>
    <message>
        <source>Linux records no programs that stop responding</source>
        <translation>Linux vermerkt nicht, dass Programme nicht mehr reagieren</translation>
    </message>
    <message>
        <source>PowerShell answered something else</source>
        <translation>PowerShell hat etwas anderes geantwortet</translation>
    </message>
    <message>
        <source>PowerShell cannot be started</source>
        <translation>PowerShell lässt sich nicht starten</translation>
    </message>
    <message>
        <source>Windows Update does not list what waits</source>
        <translation>Windows Update sagt nicht, was wartet</translation>
    </message>
    <message>
        <source>Windows cannot encrypt this drive</source>
        <translation>Windows kann dieses Laufwerk nicht verschlüsseln</translation>
    </message>
    <message>
        <source>Windows does not count this</source>
        <translation>Windows zählt das nicht</translation>
    </message>
    <message>
        <source>Windows does not follow one of its event logs</source>
        <translation>Windows verfolgt eines seiner Ereignisprotokolle nicht</translation>
    </message>
    <message>
        <source>Windows does not let this account read one of its event logs</source>
        <translation>Windows lässt dieses Konto eines seiner Ereignisprotokolle nicht lesen</translation>
    </message>
    <message>
        <source>Windows does not list Wi-Fi adapters</source>
        <translation>Windows nennt keine WLAN-Adapter</translation>
    </message>
    <message>
        <source>Windows does not list batteries</source>
        <translation>Windows nennt keine Akkus</translation>
    </message>
    <message>
        <source>Windows does not list network adapters</source>
        <translation>Windows nennt keine Netzwerkadapter</translation>
    </message>
    <message>
        <source>Windows does not list processes</source>
        <translation>Windows nennt keine Prozesse</translation>
    </message>
    <message>
        <source>Windows does not list services</source>
        <translation>Windows nennt keine Dienste</translation>
    </message>
    <message>
        <source>Windows does not list services to this account</source>
        <translation>Windows nennt diesem Konto keine Dienste</translation>
    </message>
    <message>
        <source>Windows does not tell heat from other reasons to slow the processor</source>
        <translation>Windows unterscheidet Hitze nicht von anderen Gründen, den Prozessor zu bremsen</translation>
    </message>
    <message>
        <source>Windows does not tell how long programs wait for memory</source>
        <translation>Windows sagt nicht, wie lange Programme auf Speicher warten</translation>
    </message>
    <message>
        <source>Windows does not tell how long programs wait for memory; its low-memory signal says no more than endpoint.memory_low</source>
        <translation>Windows sagt nicht, wie lange Programme auf Arbeitsspeicher warten; sein Signal bei knappem Arbeitsspeicher sagt nicht mehr als endpoint.memory_low</translation>
    </message>
    <message>
        <source>Windows does not tell its state of power</source>
        <translation>Windows nennt seine Stromversorgung nicht</translation>
    </message>
    <message>
        <source>Windows does not tell since when a restart is needed</source>
        <translation>Windows sagt nicht, seit wann ein Neustart nötig ist</translation>
    </message>
    <message>
        <source>Windows does not tell the condition of its disk</source>
        <translation>Windows nennt den Zustand seines Laufwerks nicht</translation>
    </message>
    <message>
        <source>Windows does not tell what the network costs</source>
        <translation>Windows sagt nicht, was das Netz kostet</translation>
    </message>
    <message>
        <source>Windows does not tell when it slept</source>
        <translation>Windows sagt nicht, wann es schlief</translation>
    </message>
    <message>
        <source>Windows does not tell when this start began</source>
        <translation>Windows sagt nicht, wann dieser Start begann</translation>
    </message>
    <message>
        <source>Windows does not tell whether a restart is needed</source>
        <translation>Windows sagt nicht, ob ein Neustart nötig ist</translation>
    </message>
    <message>
        <source>Windows does not tell whether its drive is encrypted</source>
        <translation>Windows sagt nicht, ob sein Laufwerk verschlüsselt ist</translation>
    </message>
    <message>
        <source>Windows does not tell whether its firewall is on</source>
        <translation>Windows sagt nicht, ob seine Firewall eingeschaltet ist</translation>
    </message>
    <message>
        <source>Windows ends no program for lack of memory; Resource-Exhaustion 2004 tells of a full page file, which is another thing</source>
        <translation>Windows beendet keine Programme aus Speichermangel; Resource-Exhaustion 2004 meldet eine volle Auslagerungsdatei, und das ist etwas anderes</translation>
    </message>
    <message>
        <source>Windows ends no programs for lack of memory</source>
        <translation>Windows beendet keine Programme aus Mangel an Speicher</translation>
    </message>
    <message>
        <source>Windows tells other programs&apos; response times to administrators only</source>
        <translation>Windows nennt Antwortzeiten anderer Programme nur Administratoren</translation>
    </message>
    <message>
        <source>Windows&apos; count of TCP segments makes no sense</source>
        <translation>Windows’ Zahl der TCP-Segmente ergibt keinen Sinn</translation>
    </message>
    <message>
        <source>Windows&apos; list of network adapters makes no sense</source>
        <translation>Windows’ Liste der Netzwerkadapter ergibt keinen Sinn</translation>
    </message>
    <message>
        <source>Windows&apos; list of processes makes no sense</source>
        <translation>Windows’ Liste der Prozesse ergibt keinen Sinn</translation>
    </message>
    <message>
        <source>Windows&apos; list of services makes no sense</source>
        <translation>Windows’ Liste der Dienste ergibt keinen Sinn</translation>
    </message>
    <message>
        <source>XProtect&apos;s data comes when Apple has some, weeks apart: its age says nothing of a fault</source>
        <translation>Die Daten von XProtect kommen, wenn Apple welche hat, im Abstand von Wochen: Ihr Alter verrät keinen Fehler</translation>
    </message>
    <message>
        <source>`pmset -g therm` tells the present state but no count, and would be started each minute</source>
        <translation>`pmset -g therm` sagt den jetzigen Zustand, aber keine Anzahl, und müsste jede Minute gestartet werden</translation>
    </message>
    <message>
        <source>`softwareupdate --list` asks Apple&apos;s servers, and Shoal asks nobody</source>
        <translation>`softwareupdate --list` fragt die Server von Apple, und Shoal fragt niemanden</translation>
    </message>
    <message>
        <source>a device cannot be asked</source>
        <translation>ein Gerät lässt sich nicht fragen</translation>
    </message>
    <message>
        <source>a device does not answer</source>
        <translation>ein Gerät antwortet nicht</translation>
    </message>
    <message>
        <source>active checks rest: the computer saves energy</source>
        <translation>aktive Prüfungen ruhen: der Computer spart Energie</translation>
    </message>
    <message>
        <source>active checks rest: the connection is metered</source>
        <translation>aktive Prüfungen ruhen: die Verbindung ist getaktet</translation>
    </message>
    <message>
        <source>an update of macOS is installed by restarting, so none waits for it afterwards</source>
        <translation>macOS installiert Aktualisierungen beim Neustart, danach wartet also keine mehr darauf</translation>
    </message>
    <message>
        <source>crashes are not recorded on this system</source>
        <translation>Abstürze werden auf diesem System nicht aufgezeichnet</translation>
    </message>
    <message>
        <source>crashes are not recorded where Shoal may read them</source>
        <translation>Abstürze werden nicht aufgezeichnet, wo Shoal lesen darf</translation>
    </message>
    <message>
        <source>drives tell it to administrators; udisks tells it by objects whose names are serial numbers</source>
        <translation>Laufwerke sagen es nur Administratoren; udisks sagt es über Objekte, deren Namen Seriennummern sind</translation>
    </message>
    <message>
        <source>drives tell their condition to administrators only</source>
        <translation>Laufwerke nennen ihren Zustand nur Administratoren</translation>
    </message>
    <message>
        <source>few Linux desktops have a malware protection, and none tells its state in one way</source>
        <translation>unter Linux gibt es selten einen Schutz vor Schadsoftware, und keinen einheitlichen Weg, ihn zu fragen</translation>
    </message>
    <message>
        <source>launchd starts anew what ends, and tells no failed ones apart</source>
        <translation>launchd startet neu, was endet, und unterscheidet keine fehlgeschlagenen</translation>
    </message>
    <message>
        <source>macOS counts TCP segments for administrators only</source>
        <translation>macOS zählt TCP-Segmente nur für Administratoren</translation>
    </message>
    <message>
        <source>macOS counts TCP segments for administrators only (net.inet.tcp.disable_access_to_stats)</source>
        <translation>macOS zählt TCP-Segmente nur für Administratoren (net.inet.tcp.disable_access_to_stats)</translation>
    </message>
    <message>
        <source>macOS does not count how often heat slows the processor</source>
        <translation>macOS zählt nicht, wie oft Hitze den Prozessor bremst</translation>
    </message>
    <message>
        <source>macOS does not count lost links</source>
        <translation>macOS zählt verlorene Verbindungen nicht</translation>
    </message>
    <message>
        <source>macOS does not count programs killed for lack of memory</source>
        <translation>macOS zählt nicht, welche Programme aus Mangel an Speicher beendet wurden</translation>
    </message>
    <message>
        <source>macOS does not list connections with their times</source>
        <translation>macOS nennt keine Verbindungen mit ihren Zeiten</translation>
    </message>
    <message>
        <source>macOS does not list its processes</source>
        <translation>macOS nennt seine Prozesse nicht</translation>
    </message>
    <message>
        <source>macOS does not note that a restart is needed</source>
        <translation>macOS vermerkt nicht, dass ein Neustart nötig ist</translation>
    </message>
    <message>
        <source>macOS does not tell</source>
        <translation>macOS sagt es nicht</translation>
    </message>
    <message>
        <source>macOS does not tell how far its clock was off</source>
        <translation>macOS sagt nicht, wie weit seine Uhr abwich</translation>
    </message>
    <message>
        <source>macOS does not tell how far its clock was off, and `sntp` would ask a time server</source>
        <translation>macOS sagt nicht, wie weit seine Uhr abwich, und `sntp` würde einen Zeitserver fragen</translation>
    </message>
    <message>
        <source>macOS does not tell the unit of its times</source>
        <translation>macOS nennt die Einheit seiner Zeiten nicht</translation>
    </message>
    <message>
        <source>macOS does not tell this</source>
        <translation>macOS sagt das nicht</translation>
    </message>
    <message>
        <source>macOS does not tell whether FileVault is on</source>
        <translation>macOS sagt nicht, ob FileVault eingeschaltet ist</translation>
    </message>
    <message>
        <source>macOS does not tell whether its firewall is on</source>
        <translation>macOS sagt nicht, ob seine Firewall eingeschaltet ist</translation>
    </message>
    <message>
        <source>macOS does not tell which of its services failed</source>
        <translation>macOS sagt nicht, welche seiner Dienste ausgefallen sind</translation>
    </message>
    <message>
        <source>macOS keeps no list of security updates that can be read without asking Apple</source>
        <translation>macOS führt keine Liste von Sicherheitsaktualisierungen, die sich lesen ließe, ohne Apple zu fragen</translation>
    </message>
    <message>
        <source>macOS lets only administrators read reports of crashes</source>
        <translation>macOS lässt nur Administratoren Absturzberichte lesen</translation>
    </message>
    <message>
        <source>macOS tells it only to administrators</source>
        <translation>macOS sagt es nur Administratoren</translation>
    </message>
    <message>
        <source>macOS&apos;s level of memory pressure makes no sense</source>
        <translation>macOS’ Angabe zum Speicherdruck ergibt keinen Sinn</translation>
    </message>
    <message>
        <source>malware is looked for by another product, which does not tell Shoal, or by none</source>
        <translation>nach Schadsoftware sucht ein anderes Produkt, das Shoal nichts sagt, oder keines</translation>
    </message>
    <message>
        <source>needs a second reading</source>
        <translation>braucht eine zweite Messung</translation>
    </message>
    <message>
        <source>no Wi-Fi connection</source>
        <translation>keine WLAN-Verbindung</translation>
    </message>
    <message>
        <source>no connection came about</source>
        <translation>es kam keine Verbindung zustande</translation>
    </message>
    <message>
        <source>no connection to another computer is in use</source>
        <translation>es besteht keine Verbindung zu einem anderen Computer</translation>
    </message>
    <message>
        <source>no firewall whose state can be read without administrator rights</source>
        <translation>keine Firewall, deren Zustand ohne Administratorrechte lesbar ist</translation>
    </message>
    <message>
        <source>no package lists that Shoal can read</source>
        <translation>keine Paketlisten, die Shoal lesen kann</translation>
    </message>
    <message>
        <source>no process can be seen</source>
        <translation>kein Prozess ist zu sehen</translation>
    </message>
    <message>
        <source>no target for active checks is set, or they are turned off</source>
        <translation>es ist kein Ziel für aktive Prüfungen festgelegt, oder sie sind abgeschaltet</translation>
    </message>
    <message>
        <source>no time server keeps this clock at present</source>
        <translation>zurzeit stellt kein Zeitserver diese Uhr</translation>
    </message>
    <message>
        <source>no volume tells its size</source>
        <translation>kein Laufwerk nennt seine Größe</translation>
    </message>
    <message>
        <source>one of Windows&apos; event logs does not answer</source>
        <translation>eines von Windows’ Ereignisprotokollen antwortet nicht</translation>
    </message>
    <message>
        <source>one of Windows&apos; events cannot be read</source>
        <translation>eines von Windows’ Ereignissen lässt sich nicht lesen</translation>
    </message>
    <message>
        <source>records of crashes cannot be read</source>
        <translation>Aufzeichnungen von Abstürzen sind nicht lesbar</translation>
    </message>
    <message>
        <source>records of system crashes cannot be read without administrator rights</source>
        <translation>Aufzeichnungen von Systemabstürzen sind ohne Administratorrechte nicht lesbar</translation>
    </message>
    <message>
        <source>round-trip times of other programs&apos; connections are told to administrators only (GetPerTcpConnectionEStats)</source>
        <translation>die Laufzeiten der Verbindungen anderer Programme erfahren nur Administratoren (GetPerTcpConnectionEStats)</translation>
    </message>
    <message>
        <source>something else answers in the target&apos;s place: a sign-in page (captive portal), or a proxy that has to be named</source>
        <translation>statt des Ziels antwortet etwas anderes: eine Anmeldeseite oder ein Proxy, der genannt werden muss</translation>
    </message>
    <message>
        <source>systemd did not time this start-up</source>
        <translation>systemd hat diesen Start nicht gemessen</translation>
    </message>
    <message>
        <source>the Wi-Fi adapter does not tell its signal</source>
        <translation>der WLAN-Adapter nennt seine Signalstärke nicht</translation>
    </message>
    <message>
        <source>the Windows Security Center does not answer</source>
        <translation>das Windows-Sicherheitscenter antwortet nicht</translation>
    </message>
    <message>
        <source>the battery does not tell its condition</source>
        <translation>der Akku nennt seinen Zustand nicht</translation>
    </message>
    <message>
        <source>the battery&apos;s bay is empty</source>
        <translation>das Akkufach ist leer</translation>
    </message>
    <message>
        <source>the battery&apos;s own numbers make no sense</source>
        <translation>die eigenen Zahlen des Akkus ergeben keinen Sinn</translation>
    </message>
    <message>
        <source>the check did not end</source>
        <translation>die Prüfung wurde nicht fertig</translation>
    </message>
    <message>
        <source>the check itself failed</source>
        <translation>die Prüfung selbst ist fehlgeschlagen</translation>
    </message>
    <message>
        <source>the clock and the files&apos; times contradict each other</source>
        <translation>die Uhr und die Zeiten der Dateien widersprechen sich</translation>
    </message>
    <message>
        <source>the clock and the protection&apos;s own time contradict each other</source>
        <translation>die Uhr und die Zeitangabe des Schutzes widersprechen einander</translation>
    </message>
    <message>
        <source>the clock says that the system starts in the future</source>
        <translation>nach der Uhr startet das System in der Zukunft</translation>
    </message>
    <message>
        <source>the disk below the system cannot be told</source>
        <translation>das Laufwerk unter dem System ist nicht auszumachen</translation>
    </message>
    <message>
        <source>the disk does not tell its condition</source>
        <translation>das Laufwerk nennt seinen Zustand nicht</translation>
    </message>
    <message>
        <source>the disk does not tell its kind</source>
        <translation>das Laufwerk nennt seine Art nicht</translation>
    </message>
    <message>
        <source>the disk is virtual: whoever runs this virtual machine may encrypt it</source>
        <translation>das Laufwerk ist virtuell: verschlüsseln kann es, wer diese virtuelle Maschine betreibt</translation>
    </message>
    <message>
        <source>the disk was hardly used since the last reading</source>
        <translation>das Laufwerk wurde seit der letzten Messung kaum benutzt</translation>
    </message>
    <message>
        <source>the firmware does not tell</source>
        <translation>die Firmware sagt es nicht</translation>
    </message>
    <message>
        <source>the first session of this start is gone: somebody has signed out since</source>
        <translation>die erste Sitzung seit diesem Start gibt es nicht mehr: Inzwischen hat sich jemand abgemeldet</translation>
    </message>
    <message>
        <source>the kernel does not list connections</source>
        <translation>der Systemkern nennt keine Verbindungen</translation>
    </message>
    <message>
        <source>the kernel&apos;s answer about Wi-Fi makes no sense</source>
        <translation>die Antwort des Kernels zum WLAN ergibt keinen Sinn</translation>
    </message>
    <message>
        <source>the kernel&apos;s list of connections makes no sense</source>
        <translation>die Verbindungsliste des Systemkerns ergibt keinen Sinn</translation>
    </message>
    <message>
        <source>the login window of this start is gone: somebody has signed out since</source>
        <translation>das Anmeldefenster dieses Starts gibt es nicht mehr: Inzwischen hat sich jemand abgemeldet</translation>
    </message>
    <message>
        <source>the name service answers, but does not know the target&apos;s name</source>
        <translation>der Namensdienst antwortet, kennt aber den Namen des Ziels nicht</translation>
    </message>
    <message>
        <source>the name service does not answer, so that no name is found</source>
        <translation>der Namensdienst antwortet nicht, sodass kein Name gefunden wird</translation>
    </message>
    <message>
        <source>the network says that the target cannot be reached</source>
        <translation>das Netz meldet, dass das Ziel nicht erreichbar ist</translation>
    </message>
    <message>
        <source>the package lists are older than two weeks</source>
        <translation>die Paketlisten sind älter als zwei Wochen</translation>
    </message>
    <message>
        <source>the package manager does not answer</source>
        <translation>die Paketverwaltung antwortet nicht</translation>
    </message>
    <message>
        <source>the package manager is being asked</source>
        <translation>die Paketverwaltung wird gerade gefragt</translation>
    </message>
    <message>
        <source>the proxy does not let through to the target</source>
        <translation>der Proxy lässt nicht zum Ziel durch</translation>
    </message>
    <message>
        <source>the proxy itself cannot be reached</source>
        <translation>der Proxy selbst ist nicht erreichbar</translation>
    </message>
    <message>
        <source>the proxy looks names up</source>
        <translation>der Proxy löst die Namen auf</translation>
    </message>
    <message>
        <source>the proxy that is named cannot be used</source>
        <translation>der genannte Proxy lässt sich nicht verwenden</translation>
    </message>
    <message>
        <source>the proxy&apos;s name is not found</source>
        <translation>der Name des Proxys wird nicht gefunden</translation>
    </message>
    <message>
        <source>the reading failed ({name})</source>
        <translation>die Messung ist fehlgeschlagen ({name})</translation>
    </message>
    <message>
        <source>the reading is no number</source>
        <translation>der Messwert ist keine Zahl</translation>
    </message>
    <message>
        <source>the reading is no pair of numbers</source>
        <translation>der Messwert ist kein Zahlenpaar</translation>
    </message>
    <message>
        <source>the reading is none of the known classes</source>
        <translation>der Messwert gehört zu keiner bekannten Klasse</translation>
    </message>
    <message>
        <source>the reading is out of range</source>
        <translation>der Messwert liegt außerhalb des Möglichen</translation>
    </message>
    <message>
        <source>the system&apos;s account of its memory makes no sense</source>
        <translation>die Angaben des Systems zum Arbeitsspeicher ergeben keinen Sinn</translation>
    </message>
    <message>
        <source>the system&apos;s account of its stalls makes no sense</source>
        <translation>die Angaben des Systems zum Stocken ergeben keinen Sinn</translation>
    </message>
    <message>
        <source>the system&apos;s disk is virtual</source>
        <translation>das Systemlaufwerk ist virtuell</translation>
    </message>
    <message>
        <source>the system&apos;s drive has no letter</source>
        <translation>das Laufwerk des Systems hat keinen Buchstaben</translation>
    </message>
    <message>
        <source>the system&apos;s message bus does not answer</source>
        <translation>der Nachrichtenbus des Systems antwortet nicht</translation>
    </message>
    <message>
        <source>the system&apos;s message bus does not let us in</source>
        <translation>der Nachrichtenbus des Systems lässt Shoal nicht zu</translation>
    </message>
    <message>
        <source>the target answers over IPv4 only, though it has an IPv6 address</source>
        <translation>das Ziel antwortet nur über IPv4, obwohl es eine IPv6-Adresse hat</translation>
    </message>
    <message>
        <source>the target answers over IPv6 only, though it has an IPv4 address</source>
        <translation>das Ziel antwortet nur über IPv6, obwohl es eine IPv4-Adresse hat</translation>
    </message>
    <message>
        <source>the target does not answer</source>
        <translation>das Ziel antwortet nicht</translation>
    </message>
    <message>
        <source>the target does not complete the TLS handshake</source>
        <translation>das Ziel schließt den TLS-Handshake nicht ab</translation>
    </message>
    <message>
        <source>the target is an address</source>
        <translation>das Ziel ist eine Adresse</translation>
    </message>
    <message>
        <source>the target is an aggregator&apos;s computer, which is never checked</source>
        <translation>das Ziel ist der Computer eines Aggregators, der nie geprüft wird</translation>
    </message>
    <message>
        <source>the target was not asked for TLS, or speaks none</source>
        <translation>das Ziel wurde nicht nach TLS gefragt, oder spricht keines</translation>
    </message>
    <message>
        <source>the target&apos;s certificate has expired, or this computer&apos;s clock is wrong</source>
        <translation>das Zertifikat des Ziels ist abgelaufen, oder die Uhr dieses Computers geht falsch</translation>
    </message>
    <message>
        <source>the target&apos;s certificate is from an authority that is not trusted here</source>
        <translation>das Zertifikat des Ziels stammt von einer Stelle, der hier nicht vertraut wird</translation>
    </message>
    <message>
        <source>the target&apos;s computer answers, but refuses the connection</source>
        <translation>der Computer des Ziels antwortet, lehnt die Verbindung aber ab</translation>
    </message>
    <message>
        <source>there is no Microsoft Office for Linux</source>
        <translation>für Linux gibt es kein Microsoft Office</translation>
    </message>
    <message>
        <source>there is no Wi-Fi service</source>
        <translation>es gibt keinen WLAN-Dienst</translation>
    </message>
    <message>
        <source>there is no battery</source>
        <translation>es gibt keinen Akku</translation>
    </message>
    <message>
        <source>there is no history of this system&apos;s updates that Shoal can read</source>
        <translation>es gibt keinen Verlauf der Aktualisierungen dieses Systems, den Shoal lesen kann</translation>
    </message>
    <message>
        <source>there is no log of this system&apos;s updates that Shoal can read</source>
        <translation>es gibt kein Protokoll der Aktualisierungen, das Shoal lesen kann</translation>
    </message>
    <message>
        <source>there is no network: no way leads to the target</source>
        <translation>es gibt kein Netz: kein Weg führt zum Ziel</translation>
    </message>
    <message>
        <source>there is no physical network adapter</source>
        <translation>es gibt keinen Netzwerkadapter</translation>
    </message>
    <message>
        <source>there is no timeout command</source>
        <translation>es gibt keinen Befehl timeout</translation>
    </message>
    <message>
        <source>there is no {name}</source>
        <translation>{name} gibt es hier nicht</translation>
    </message>
    <message>
        <source>this Windows does not count TCP segments</source>
        <translation>dieses Windows zählt TCP-Segmente nicht</translation>
    </message>
    <message>
        <source>this Windows has no {name}</source>
        <translation>dieses Windows hat kein {name}</translation>
    </message>
    <message>
        <source>this apt lists updates in a form that Shoal does not know</source>
        <translation>dieses apt nennt Aktualisierungen in einer Form, die Shoal nicht kennt</translation>
    </message>
    <message>
        <source>this computer was not started by UEFI firmware</source>
        <translation>dieser Computer wurde nicht von einer UEFI-Firmware gestartet</translation>
    </message>
    <message>
        <source>this kernel does not count TCP segments</source>
        <translation>dieser Systemkern zählt keine TCP-Segmente</translation>
    </message>
    <message>
        <source>this kernel does not count lost links</source>
        <translation>dieser Systemkern zählt verlorene Verbindungen nicht</translation>
    </message>
    <message>
        <source>this kernel does not count programs killed for lack of memory</source>
        <translation>dieser Systemkern zählt aus Speichermangel beendete Programme nicht</translation>
    </message>
    <message>
        <source>this kernel does not report memory pressure</source>
        <translation>dieser Systemkern meldet keinen Speichermangel</translation>
    </message>
    <message>
        <source>this kernel does not tell of Wi-Fi</source>
        <translation>dieser Kernel sagt nichts über WLAN</translation>
    </message>
    <message>
        <source>this network lets nobody out before its sign-in page (captive portal) was passed</source>
        <translation>dieses Netz lässt niemanden hinaus, bevor seine Anmeldeseite durchlaufen ist</translation>
    </message>
    <message>
        <source>this processor does not tell whether it is slowed by heat</source>
        <translation>dieser Prozessor sagt nicht, ob Hitze ihn bremst</translation>
    </message>
    <message>
        <source>this program is for 32-bit Windows</source>
        <translation>dieses Programm ist für 32-Bit-Windows</translation>
    </message>
    <message>
        <source>this system does not count disk operations</source>
        <translation>dieses System zählt keine Laufwerksvorgänge</translation>
    </message>
    <message>
        <source>this system does not count network packets</source>
        <translation>dieses System zählt keine Netzwerkpakete</translation>
    </message>
    <message>
        <source>this system does not count processor time</source>
        <translation>dieses System zählt keine Prozessorzeit</translation>
    </message>
    <message>
        <source>this system does not fetch lists of security updates</source>
        <translation>dieses System holt keine Listen von Sicherheitsaktualisierungen</translation>
    </message>
    <message>
        <source>this system does not note that a restart is needed</source>
        <translation>dieses System vermerkt nicht, dass ein Neustart nötig ist</translation>
    </message>
    <message>
        <source>this system does not say how long it is supported</source>
        <translation>dieses System sagt nicht, wie lange es gepflegt wird</translation>
    </message>
    <message>
        <source>this system does not tell how much memory is available</source>
        <translation>dieses System sagt nicht, wie viel Arbeitsspeicher verfügbar ist</translation>
    </message>
    <message>
        <source>this system does not tell its version</source>
        <translation>dieses System nennt seine Version nicht</translation>
    </message>
    <message>
        <source>this system does not tell when it started</source>
        <translation>dieses System sagt nicht, wann es gestartet wurde</translation>
    </message>
    <message>
        <source>this system does not time disk operations</source>
        <translation>dieses System misst die Dauer von Laufwerksvorgängen nicht</translation>
    </message>
    <message>
        <source>this system has no malware protection that Shoal knows</source>
        <translation>dieses System hat keinen Schutz vor Schadsoftware, den Shoal kennt</translation>
    </message>
    <message>
        <source>this system keeps no note of sudden ends</source>
        <translation>dieses System vermerkt ein plötzliches Ende nicht</translation>
    </message>
    <message>
        <source>this system keeps no record of its own crashes</source>
        <translation>dieses System zeichnet eigene Abstürze nicht auf</translation>
    </message>
    <message>
        <source>this system was not started by systemd</source>
        <translation>dieses System wurde nicht von systemd gestartet</translation>
    </message>
    <message>
        <source>this version does not read the Wi-Fi signal on macOS</source>
        <translation>diese Version liest die WLAN-Signalstärke unter macOS nicht</translation>
    </message>
    <message>
        <source>this version of Shoal does not know how long this Windows is supported</source>
        <translation>diese Version von Shoal weiß nicht, wie lange dieses Windows unterstützt wird</translation>
    </message>
    <message>
        <source>this version of Shoal does not know how long this version of macOS is supported</source>
        <translation>diese Version von Shoal weiß nicht, wie lange diese Version von macOS unterstützt wird</translation>
    </message>
    <message>
        <source>too few connections came about</source>
        <translation>es kamen zu wenige Verbindungen zustande</translation>
    </message>
    <message>
        <source>too little time since the last reading</source>
        <translation>zu wenig Zeit seit der letzten Messung</translation>
    </message>
    <message>
        <source>ufw&apos;s settings cannot be read</source>
        <translation>die Einstellungen von ufw sind nicht lesbar</translation>
    </message>
    <message>
        <source>what it is read from went away meanwhile</source>
        <translation>woraus gelesen wird, ist inzwischen verschwunden</translation>
    </message>
    <message>
        <source>{name} cannot be reached</source>
        <translation>{name} ist nicht erreichbar</translation>
    </message>
    <message>
        <source>{name} did not answer within {n} seconds</source>
        <translation>{name} hat nicht innerhalb von {n} Sekunden geantwortet</translation>
    </message>
    <message>
        <source>{name} did not run here in {n} days, as far as seen</source>
        <translation>{name} lief hier in {n} Tagen nicht, soweit gesehen</translation>
    </message>
    <message>
        <source>{name} failed</source>
        <translation>{name} ist fehlgeschlagen</translation>
    </message>
    <message>
        <source>{name} is not installed</source>
        <translation>{name} ist nicht installiert</translation>
    </message>
    <message>
        <source>{name} is not installed as a package</source>
        <translation>{name} ist nicht als Paket installiert</translation>
    </message>
</context>
<context>
    <name>Report</name>
    <message>
        <source>16 random bytes, new for every report. They say nothing about this computer.</source>
        <translation>16 zufällige Bytes, neu für jeden Bericht. Sie sagen nichts über diesen Computer.</translation>
    </message>
    <message>
        <source>A seed from which its numbers grow.</source>
        <translation>Ein Keim, aus dem seine Zahlen wachsen.</translation>
    </message>
    <message>
        <source>For {operator}: its piece, sealed</source>
        <translation>{operator}: Teil, versiegelt</translation>
    </message>
    <message>
        <source>For {operator}: one-time key</source>
        <translation>{operator}: Einmalschlüssel</translation>
    </message>
    <message>
        <source>For {operator}: which key</source>
        <translation>{operator}: welcher Schlüssel</translation>
    </message>
    <message>
        <source>Its piece of every number, and proof that each is 0 or 1.</source>
        <translation>Der Teil jeder Zahl, und der Beweis, dass jede 0 oder 1 ist.</translation>
    </message>
    <message>
        <source>Lets both operators check the pieces without seeing what is in them.</source>
        <translation>Damit können beide Betreiber die Teile prüfen, ohne zu sehen, was darin steht.</translation>
    </message>
    <message>
        <source>Made for this report alone; with it {operator} opens its piece.</source>
        <translation>Nur für diesen Bericht gemacht; damit öffnet {operator} den eigenen Teil.</translation>
    </message>
    <message>
        <source>None.</source>
        <translation>Keine.</translation>
    </message>
    <message>
        <source>Number {number}: {when}. Nothing finer.</source>
        <translation>Nummer {number}: {when}. Nichts Feineres.</translation>
    </message>
    <message>
        <source>Only the holder of key {key} can open what follows.</source>
        <translation>Nur wer den Schlüssel {key} hält, kann das Folgende öffnen.</translation>
    </message>
    <message>
        <source>Period</source>
        <translation>Zeitraum</translation>
    </message>
    <message>
        <source>Public extensions</source>
        <translation>Öffentliche Erweiterungen</translation>
    </message>
    <message>
        <source>Public share</source>
        <translation>Öffentlicher Teil</translation>
    </message>
    <message>
        <source>Report id</source>
        <translation>Berichtsnummer</translation>
    </message>
    <message>
        <source>Something that this version does not know.</source>
        <translation>Etwas, das diese Fassung nicht kennt.</translation>
    </message>
    <message>
        <source>This report was made by another version&apos;s catalogue; only its bits can be shown.</source>
        <translation>Diesen Bericht hat der Katalog einer anderen Fassung erstellt; nur seine Bits können gezeigt werden.</translation>
    </message>
    <message>
        <source>Zeros in place of answers: {n} questions, {size}.</source>
        <translation>Nullen statt Antworten: {n} Fragen, {size}.</translation>
    </message>
    <message>
        <source>no answer</source>
        <translation>keine Antwort</translation>
    </message>
    <message>
        <source>{answers} answers to {questions} questions, in {size}.</source>
        <translation>{answers} Antworten auf {questions} Fragen, in {size}.</translation>
    </message>
    <message>
        <source>{title}, numbers {first} to {last} of {all}: {bits}</source>
        <translation>{title}, Zahlen {first} bis {last} von {all}: {bits}</translation>
    </message>
    <message>
        <source>{title}: {answer}; box {box} of {boxes}</source>
        <translation>{title}: {answer}; Kästchen {box} von {boxes}</translation>
    </message>
</context>
<context>
    <name>Rules</name>
    <message numerus="yes">
        <source>%n computers</source>
        <translation>
            <numerusform>%n Computer</numerusform>
            <numerusform>%n Computer</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n days</source>
        <translation>
            <numerusform>%n Tag</numerusform>
            <numerusform>%n Tage</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hours</source>
        <translation>
            <numerusform>%n Stunde</numerusform>
            <numerusform>%n Stunden</numerusform>
        </translation>
    </message>
    <message>
        <source>Active network checks</source>
        <translation>Aktive Netzprüfungen</translation>
    </message>
    <message>
        <source>Agreement</source>
        <translation>Vereinbarung</translation>
    </message>
    <message>
        <source>As the system has it</source>
        <translation>Wie das System es hat</translation>
    </message>
    <message>
        <source>Built in</source>
        <translation>Eingebaut</translation>
    </message>
    <message>
        <source>Bytes kept here</source>
        <translation>Hier aufbewahrte Bytes</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Ändern</translation>
    </message>
    <message>
        <source>Choose</source>
        <translation>Wählen</translation>
    </message>
    <message>
        <source>Contact</source>
        <translation>Kontakt</translation>
    </message>
    <message>
        <source>Default.</source>
        <translation>Voreinstellung.</translation>
    </message>
    <message>
        <source>Detail of the log</source>
        <translation>Ausführlichkeit des Protokolls</translation>
    </message>
    <message>
        <source>Download test</source>
        <translation>Download-Test</translation>
    </message>
    <message>
        <source>File of the task</source>
        <translation>Datei der Erhebung</translation>
    </message>
    <message>
        <source>File of the upload token</source>
        <translation>Datei des Sendezeichens (Token)</translation>
    </message>
    <message>
        <source>Further certificates</source>
        <translation>Weitere Zertifikate</translation>
    </message>
    <message>
        <source>Icon in the tray</source>
        <translation>Symbol im Infobereich</translation>
    </message>
    <message>
        <source>Kind of computer</source>
        <translation>Art des Computers</translation>
    </message>
    <message>
        <source>Least noise of a year (ρ)</source>
        <translation>Mindestrauschen eines Jahres (ρ)</translation>
    </message>
    <message>
        <source>Least noise of one release (ρ)</source>
        <translation>Mindestrauschen je Veröffentlichung (ρ)</translation>
    </message>
    <message>
        <source>Lower</source>
        <translation>Senken</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Nein</translation>
    </message>
    <message>
        <source>No reason given</source>
        <translation>Kein Grund angegeben</translation>
    </message>
    <message>
        <source>No target is set, so none can be turned on.</source>
        <translation>Es ist kein Ziel gesetzt, also lassen sie sich nicht einschalten.</translation>
    </message>
    <message>
        <source>Nobody: nothing is measured</source>
        <translation>Niemand: Nichts wird gemessen</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Nicht gesetzt</translation>
    </message>
    <message>
        <source>None</source>
        <comment>no checks</comment>
        <translation>Keine</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>One person’s</source>
        <translation>Für eine Person</translation>
    </message>
    <message>
        <source>Only when needed</source>
        <translation>Nur bei Bedarf</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>Quiet, where sharing is required</source>
        <translation>Stumm, wo Teilen verlangt ist</translation>
    </message>
    <message>
        <source>Raise</source>
        <translation>Erhöhen</translation>
    </message>
    <message>
        <source>Set by</source>
        <translation>Gesetzt von</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>Einstellung</translation>
    </message>
    <message>
        <source>Shared: measures only</source>
        <translation>Geteilt: misst nur</translation>
    </message>
    <message>
        <source>Sharing is required</source>
        <translation>Teilen ist verlangt</translation>
    </message>
    <message>
        <source>Shows its state</source>
        <translation>Zeigt den Zustand</translation>
    </message>
    <message>
        <source>Silenced checks</source>
        <translation>Ausgelassene Prüfungen</translation>
    </message>
    <message>
        <source>Smallest group for totals</source>
        <translation>Kleinste Gruppe für Summen</translation>
    </message>
    <message>
        <source>The person here</source>
        <translation>Der Mensch am Gerät</translation>
    </message>
    <message>
        <source>The person here; nothing is sent</source>
        <translation>Der Mensch am Gerät; nichts wird gesendet</translation>
    </message>
    <message>
        <source>The system’s certificates</source>
        <translation>Die Zertifikate des Systems</translation>
    </message>
    <message>
        <source>Time to look before sending</source>
        <translation>Zeit zum Ansehen vor dem Senden</translation>
    </message>
    <message>
        <source>Turn off</source>
        <translation>Abschalten</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Where and why</source>
        <translation>Wo und warum</translation>
    </message>
    <message>
        <source>Who may choose</source>
        <translation>Wer wählen darf</translation>
    </message>
    <message>
        <source>Withholding, where sharing is required</source>
        <translation>Zurückhalten, wo Teilen verlangt ist</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Ja</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Sie</translation>
    </message>
    <message>
        <source>You may add to it. A silenced check is still shown on the first page.</source>
        <translation>Sie dürfen ergänzen. Eine ausgelassene Prüfung steht weiter auf der ersten Seite.</translation>
    </message>
    <message>
        <source>You may lower it.</source>
        <translation>Sie dürfen ihn senken.</translation>
    </message>
    <message>
        <source>You may raise it.</source>
        <translation>Sie dürfen ihn erhöhen.</translation>
    </message>
    <message>
        <source>You may turn it off.</source>
        <translation>Sie dürfen sie abschalten.</translation>
    </message>
    <message>
        <source>Your organisation</source>
        <translation>Ihre Organisation</translation>
    </message>
    <message>
        <source>{file}, line {line}</source>
        <translation>{file}, Zeile {line}</translation>
    </message>
    <message>
        <source>“{reason}”</source>
        <translation>„{reason}“</translation>
    </message>
</context>
<context>
    <name>Sayings</name>
    <message>
        <source>a URL that begins with https://</source>
        <translation>eine Adresse, die mit https:// beginnt</translation>
    </message>
    <message>
        <source>a body is kept that no row recorded</source>
        <translation>Es liegen Bytes vor, die keine Zeile festgehalten hat</translation>
    </message>
    <message>
        <source>a list of metric ids such as {example}</source>
        <translation>eine Liste von Prüfungskennungen wie {example}</translation>
    </message>
    <message>
        <source>a number above 0 and at most {most}</source>
        <translation>eine Zahl über 0 und höchstens {most}</translation>
    </message>
    <message>
        <source>a proxy on the way asks for a password (407)</source>
        <translation>Ein Proxy auf dem Weg verlangt ein Kennwort (407)</translation>
    </message>
    <message>
        <source>a report refers to it that it did not seal</source>
        <translation>Ein Bericht beruft sich auf sie, den sie nicht versiegelt hat</translation>
    </message>
    <message>
        <source>a whole number from {least} to {most}</source>
        <translation>eine ganze Zahl von {least} bis {most}</translation>
    </message>
    <message>
        <source>a whole number of {least} or more</source>
        <translation>eine ganze Zahl ab {least}</translation>
    </message>
    <message>
        <source>an HTTP proxy (http://host:port): SOCKS is not supported</source>
        <translation>ein HTTP-Proxy (http://host:port): SOCKS wird nicht unterstützt</translation>
    </message>
    <message>
        <source>an absolute path</source>
        <translation>ein vollständiger Pfad</translation>
    </message>
    <message>
        <source>cannot be read: {exact}</source>
        <translation>ist nicht lesbar (Meldung des Systems: {exact})</translation>
    </message>
    <message>
        <source>host:port, such as network.example.org:443</source>
        <translation>host:port, etwa network.example.org:443</translation>
    </message>
    <message>
        <source>in DAP&apos;s terms ({name})</source>
        <translation>in den Worten von DAP ({name})</translation>
    </message>
    <message>
        <source>is not TOML: {exact}</source>
        <translation>ist kein TOML (Meldung des Programms, englisch: {exact})</translation>
    </message>
    <message>
        <source>is not UTF-8</source>
        <translation>ist kein UTF-8</translation>
    </message>
    <message>
        <source>is too large for a policy file</source>
        <translation>ist zu groß für eine Richtliniendatei</translation>
    </message>
    <message>
        <source>it is recorded as zeros, and its vector holds answers</source>
        <translation>Er ist als Nullen festgehalten, aber sein Vektor enthält Antworten</translation>
    </message>
    <message>
        <source>it leaves the report {state}, the report&apos;s record says {other}</source>
        <translation>Nach ihr ist der Bericht im Zustand {state}, nach seinem Eintrag im Zustand {other}</translation>
    </message>
    <message>
        <source>its body is gone, and no row says that it was pruned or erased</source>
        <translation>Ihre Bytes fehlen, und keine Zeile sagt, dass sie gelöscht wurden</translation>
    </message>
    <message>
        <source>its proof was not accepted ({name})</source>
        <translation>Sein Beweis wurde nicht angenommen ({name})</translation>
    </message>
    <message>
        <source>one line of text</source>
        <translation>eine Zeile Text</translation>
    </message>
    <message>
        <source>one of {words}</source>
        <translation>eines von {words}</translation>
    </message>
    <message>
        <source>reasons should be a table of texts</source>
        <translation>reasons muss eine Tabelle von Texten sein</translation>
    </message>
    <message>
        <source>row {row} does not follow from row {other}</source>
        <translation>Zeile {row} folgt nicht aus Zeile {other}</translation>
    </message>
    <message>
        <source>row {row} is missing</source>
        <translation>Zeile {row} fehlt</translation>
    </message>
    <message>
        <source>row {row} was changed: its hash does not fit what it says</source>
        <translation>Zeile {row} wurde geändert: Ihr Hash passt nicht zu dem, was sie sagt</translation>
    </message>
    <message>
        <source>such a number is none of a policy&apos;s</source>
        <translation>eine Zahl, wie sie in einer Richtlinie steht</translation>
    </message>
    <message>
        <source>system, none, or http://host:port</source>
        <translation>system, none oder http://host:port</translation>
    </message>
    <message>
        <source>the body belongs to no report</source>
        <translation>Die Bytes gehören zu keinem Bericht</translation>
    </message>
    <message>
        <source>the body cannot be recomputed ({exact})</source>
        <translation>Die Bytes lassen sich nicht nachrechnen (Meldung des Programms, englisch: {exact})</translation>
    </message>
    <message>
        <source>the body does not follow from its vector, task and opening</source>
        <translation>Die Bytes folgen nicht aus Vektor, Erhebung und Öffnungswert</translation>
    </message>
    <message>
        <source>the kept body is not the one that was recorded</source>
        <translation>Die aufbewahrten Bytes sind nicht die, die festgehalten wurden</translation>
    </message>
    <message>
        <source>the leader could not open its share: task or keys differ ({name})</source>
        <translation>Der erste Betreiber konnte seinen Teil nicht öffnen: Erhebung oder Schlüssel sind verschieden ({name})</translation>
    </message>
    <message>
        <source>the leader could not read it ({name})</source>
        <translation>Der erste Betreiber konnte ihn nicht lesen ({name})</translation>
    </message>
    <message>
        <source>the leader dropped it ({name})</source>
        <translation>Der erste Betreiber hat ihn verworfen ({name})</translation>
    </message>
    <message>
        <source>the leader has it from an attempt that went unanswered</source>
        <translation>Der erste Betreiber hat ihn aus einem Versuch, der ohne Antwort blieb</translation>
    </message>
    <message>
        <source>the period&apos;s totals were collected already ({name})</source>
        <translation>Die Summen des Zeitraums waren schon gebildet ({name})</translation>
    </message>
    <message>
        <source>the proxy itself (http://host:port): PAC files are not supported</source>
        <translation>der Proxy selbst (http://host:port): PAC-Dateien werden nicht unterstützt</translation>
    </message>
    <message>
        <source>the reason for {key} should be one line of text</source>
        <translation>Der Grund für {key} muss eine Zeile Text sein</translation>
    </message>
    <message>
        <source>the report that it tells of is gone</source>
        <translation>Der Bericht, von dem sie erzählt, fehlt</translation>
    </message>
    <message>
        <source>the report&apos;s record names another task or period</source>
        <translation>Der Eintrag des Berichts nennt eine andere Erhebung oder einen anderen Zeitraum</translation>
    </message>
    <message>
        <source>the report&apos;s record says otherwise whether it answers anything</source>
        <translation>Der Eintrag des Berichts sagt etwas anderes darüber, ob er Antworten enthält</translation>
    </message>
    <message>
        <source>the task has ended ({name})</source>
        <translation>Die Erhebung ist beendet ({name})</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>true oder false</translation>
    </message>
    <message>
        <source>what is kept of the body are no bytes</source>
        <translation>Was von ihr aufbewahrt ist, sind keine Bytes</translation>
    </message>
    <message>
        <source>your setting</source>
        <translation>Ihre Einstellung</translation>
    </message>
    <message>
        <source>{exact}</source>
        <comment>what follows is the program&apos;s own message, in English</comment>
        <translation>Meldung des Programms (englisch): „{exact}“</translation>
    </message>
    <message>
        <source>{host} answers about other reports than the one that it was sent</source>
        <translation>{host} antwortet zu anderen Berichten als dem, der gesendet wurde</translation>
    </message>
    <message>
        <source>{host} answers with a message that cannot be read</source>
        <translation>{host} antwortet mit einer Nachricht, die nicht lesbar ist</translation>
    </message>
    <message>
        <source>{host} answers with {kind}, not as a leader does</source>
        <translation>{host} antwortet mit {kind}, nicht wie der Server eines Betreibers</translation>
    </message>
    <message>
        <source>{host} answers {status} without saying why in DAP&apos;s terms</source>
        <translation>{host} antwortet {status}, ohne in den Worten von DAP zu sagen, warum</translation>
    </message>
    <message>
        <source>{host} cannot take reports now ({status})</source>
        <translation>{host} kann jetzt keine Berichte annehmen ({status})</translation>
    </message>
    <message>
        <source>{host} does not accept the upload token ({status})</source>
        <translation>{host} nimmt das Sendezeichen (Token) nicht an ({status})</translation>
    </message>
    <message>
        <source>{host} does not know the task</source>
        <translation>{host} kennt die Erhebung nicht</translation>
    </message>
    <message>
        <source>{host} has not the key any more that the report is sealed to ({name})</source>
        <translation>{host} hat den Schlüssel nicht mehr, für den der Bericht versiegelt ist ({name})</translation>
    </message>
    <message>
        <source>{host} redirects to {other} ({status}); reports follow no redirects</source>
        <translation>{host} leitet um auf {other} ({status}); Berichte folgen keiner Umleitung</translation>
    </message>
    <message>
        <source>{host} says that the report&apos;s period is still to come ({name}): this machine&apos;s clock and the leader&apos;s are apart by about a period</source>
        <translation>{host} sagt, der Zeitraum des Berichts liege noch vor uns ({name}): Die Uhren dieses Computers und des Servers gehen um etwa einen Zeitraum auseinander</translation>
    </message>
    <message>
        <source>{key} can only be turned off</source>
        <translation>{key} lässt sich nur ausschalten</translation>
    </message>
    <message>
        <source>{key} cannot be read</source>
        <translation>{key} ist nicht lesbar</translation>
    </message>
    <message>
        <source>{key} cannot be read: {exact}</source>
        <translation>{key} ist nicht lesbar (Meldung des Systems: {exact})</translation>
    </message>
    <message>
        <source>{key} is no policy key</source>
        <translation>{key} ist kein Schlüssel einer Richtlinie</translation>
    </message>
    <message>
        <source>{key} is no policy key; did you mean {other}?</source>
        <translation>{key} ist kein Schlüssel einer Richtlinie; war {other} gemeint?</translation>
    </message>
    <message>
        <source>{key} is not yours to set</source>
        <translation>{key} dürfen Sie nicht selbst setzen</translation>
    </message>
    <message>
        <source>{key} needs {other} as well</source>
        <translation>{key} braucht auch {other}</translation>
    </message>
    <message>
        <source>{key} should be {what}</source>
        <translation>{key} sollte sein: {what}</translation>
    </message>
    <message>
        <source>{where}: {value} is ignored, {other} came first or allows less</source>
        <translation>{where}: {value} bleibt unbeachtet; {other} stand früher oder erlaubt weniger</translation>
    </message>
</context>
<context>
    <name>Stations</name>
    <message>
        <source>**{title}** is numbers {first} to {last} of {all}.</source>
        <translation>**{title}** sind die Zahlen {first} bis {last} von {all}.</translation>
    </message>
    <message>
        <source>1 Answers</source>
        <translation>1 Antworten</translation>
    </message>
    <message>
        <source>2 Bits</source>
        <translation>2 Bits</translation>
    </message>
    <message>
        <source>3 Two pieces</source>
        <translation>3 Zwei Teile</translation>
    </message>
    <message>
        <source>4 Sealed</source>
        <translation>4 Versiegelt</translation>
    </message>
    <message>
        <source>A lit box is a 1, any other a 0.</source>
        <translation>Ein leuchtendes Kästchen ist eine 1, jedes andere eine 0.</translation>
    </message>
    <message>
        <source>Added</source>
        <translation>Zusammen</translation>
    </message>
    <message numerus="yes">
        <source>All %n questions.</source>
        <translation>
            <numerusform>Die %n Frage.</numerusform>
            <numerusform>Alle %n Fragen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Built for you to look at, then thrown away.</source>
        <translation>Zum Ansehen gebaut, dann weggeworfen.</translation>
    </message>
    <message>
        <source>Each 0 or 1 becomes two random-looking numbers. Either one alone says nothing. Only added together, modulo the prime 2¹²⁸ − 7·2⁶⁶ + 1, do they give it back.</source>
        <translation>Aus jeder 0 oder 1 werden zwei Zahlen, die wie Zufall aussehen. Jede für sich sagt nichts. Nur zusammengezählt, modulo der Primzahl 2¹²⁸ − 7·2⁶⁶ + 1, ergeben sie sie wieder.</translation>
    </message>
    <message>
        <source>Follow **{title}** down the page, or pick another.</source>
        <translation>Folgen Sie **{title}** die Seite hinab, oder wählen Sie eine andere.</translation>
    </message>
    <message>
        <source>Its bytes are not kept any more, so its answers are gone from this computer too. The ledger still has their fingerprint</source>
        <translation>Seine Bytes werden nicht mehr aufbewahrt, also sind seine Antworten auch von diesem Computer verschwunden. Das Berichtsbuch hat noch ihren Fingerabdruck</translation>
    </message>
    <message>
        <source>One box is lit for each answer. This computer has no task yet, so there is nobody to seal a report for: these are only the words.</source>
        <translation>Für jede Antwort leuchtet ein Kästchen. Dieser Computer hat noch keine Erhebung, also niemanden, für den ein Bericht zu versiegeln wäre: Dies sind nur die Worte.</translation>
    </message>
    <message>
        <source>One box is lit for each of the {answers} answers; where there is none, no box is lit, and no reason is sent.</source>
        <translation>Für jede der {answers} Antworten leuchtet ein Kästchen; wo es keine gibt, leuchtet keines, und kein Grund wird gesendet.</translation>
    </message>
    <message>
        <source>Sealed, as it would be sent</source>
        <translation>Versiegelt, wie es gesendet würde</translation>
    </message>
    <message>
        <source>Sealed, exactly as it was recorded</source>
        <translation>Versiegelt, genau wie es aufgezeichnet wurde</translation>
    </message>
    <message>
        <source>Sealed, exactly as it will be sent</source>
        <translation>Versiegelt, genau wie es gesendet wird</translation>
    </message>
    <message>
        <source>Split into two pieces</source>
        <translation>In zwei Teile zerlegt</translation>
    </message>
    <message>
        <source>The report of {period}</source>
        <translation>Bericht: {period}</translation>
    </message>
    <message>
        <source>The same as zeros and ones</source>
        <translation>Dasselbe als Nullen und Einsen</translation>
    </message>
    <message>
        <source>The two pieces of this report cannot be shown here.</source>
        <translation>Die zwei Teile dieses Berichts können hier nicht gezeigt werden.</translation>
    </message>
    <message>
        <source>Their fingerprint (SHA-256), recorded in the ledger before anything left: `{digest}`</source>
        <translation>Ihr Fingerabdruck (SHA-256), im Berichtsbuch festgehalten, bevor etwas hinausging: `{digest}`</translation>
    </message>
    <message>
        <source>This is the held report itself, as it will leave.</source>
        <translation>Das ist der wartende Bericht selbst, wie er hinausgehen wird.</translation>
    </message>
    <message>
        <source>This preview was sealed with random numbers that are thrown away; a real report has others.</source>
        <translation>Diese Vorschau wurde mit Zufallszahlen versiegelt, die weggeworfen werden; ein echter Bericht hat andere.</translation>
    </message>
    <message>
        <source>Your answers</source>
        <translation>Ihre Antworten</translation>
    </message>
    <message>
        <source>Zeros stand in place of every answer: no box is lit, and no reason is sent.</source>
        <translation>Nullen stehen an der Stelle jeder Antwort: Kein Kästchen leuchtet, und kein Grund wird gesendet.</translation>
    </message>
    <message>
        <source>{operator} gets</source>
        <translation>Für {operator}</translation>
    </message>
    <message>
        <source>{size}, always as many, whatever the answers. Point at a field, or move with the arrow keys.</source>
        <translation>{size}, immer gleich viele, was auch die Antworten sind. Zeigen Sie auf ein Feld, oder gehen Sie mit den Pfeiltasten.</translation>
    </message>
</context>
<context>
    <name>Status</name>
    <message numerus="yes">
        <source>%n held</source>
        <translation>
            <numerusform>%n wartet</numerusform>
            <numerusform>%n warten</numerusform>
        </translation>
    </message>
    <message>
        <source>A report is being sent</source>
        <translation>Ein Bericht wird gesendet</translation>
    </message>
    <message>
        <source>Next report is made {when}</source>
        <translation>Nächster Bericht entsteht {when}</translation>
    </message>
    <message>
        <source>Next report leaves {when}</source>
        <translation>Nächster Bericht geht {when} hinaus</translation>
    </message>
    <message>
        <source>Not sending:</source>
        <translation>Es wird nicht gesendet:</translation>
    </message>
    <message>
        <source>Nothing is held</source>
        <translation>Nichts wartet</translation>
    </message>
    <message>
        <source>Nothing is sent</source>
        <translation>Nichts wird gesendet</translation>
    </message>
    <message>
        <source>Reports leave as periods end</source>
        <translation>Zum Ende jedes Zeitraums geht ein Bericht hinaus</translation>
    </message>
    <message>
        <source>Shoal: {text}</source>
        <translation>Shoal: {text}</translation>
    </message>
    <message>
        <source>nothing is running</source>
        <translation>nichts läuft</translation>
    </message>
    <message>
        <source>the database cannot be read</source>
        <translation>die Datenbank ist nicht lesbar</translation>
    </message>
    <message>
        <source>the database cannot be written</source>
        <translation>die Datenbank ist nicht beschreibbar</translation>
    </message>
    <message>
        <source>the policy file has an error</source>
        <translation>die Richtliniendatei hat einen Fehler</translation>
    </message>
    <message>
        <source>the task changed, and waits for you</source>
        <translation>die Erhebung hat sich geändert und wartet auf Sie</translation>
    </message>
    <message>
        <source>the task file is refused</source>
        <translation>die Datei der Erhebung wird abgelehnt</translation>
    </message>
    <message>
        <source>this computer takes part in no task</source>
        <translation>dieser Computer nimmt an keiner Erhebung teil</translation>
    </message>
</context>
<context>
    <name>Terms</name>
    <message numerus="yes">
        <source>%n computers</source>
        <translation>
            <numerusform>%n Computer</numerusform>
            <numerusform>%n Computer</numerusform>
        </translation>
    </message>
    <message>
        <source>Address of the first operator</source>
        <translation>Adresse des ersten Betreibers</translation>
    </message>
    <message>
        <source>Address of the second operator</source>
        <translation>Adresse des zweiten Betreibers</translation>
    </message>
    <message>
        <source>Agreement</source>
        <translation>Vereinbarung</translation>
    </message>
    <message>
        <source>Contact of the first operator</source>
        <translation>Kontakt des ersten Betreibers</translation>
    </message>
    <message>
        <source>Contact of the second operator</source>
        <translation>Kontakt des zweiten Betreibers</translation>
    </message>
    <message>
        <source>Demo, without protection</source>
        <translation>Demo, ohne Schutz</translation>
    </message>
    <message>
        <source>Fingerprint of the first operator</source>
        <translation>Fingerabdruck des ersten Betreibers</translation>
    </message>
    <message>
        <source>Fingerprint of the second operator</source>
        <translation>Fingerabdruck des zweiten Betreibers</translation>
    </message>
    <message>
        <source>First operator</source>
        <translation>Erster Betreiber</translation>
    </message>
    <message>
        <source>How much time a report tells of</source>
        <translation>Von wie viel Zeit ein Bericht erzählt</translation>
    </message>
    <message>
        <source>Key of the first operator</source>
        <translation>Schlüssel des ersten Betreibers</translation>
    </message>
    <message>
        <source>Key of the second operator</source>
        <translation>Schlüssel des zweiten Betreibers</translation>
    </message>
    <message>
        <source>Kind of noise</source>
        <translation>Art des Rauschens</translation>
    </message>
    <message>
        <source>Less noise the higher: ρ a release</source>
        <translation>Je höher, desto weniger Rauschen: ρ je Veröffentlichung</translation>
    </message>
    <message>
        <source>New: {titles}.</source>
        <translation>Neu: {titles}.</translation>
    </message>
    <message>
        <source>Organisation</source>
        <translation>Organisation</translation>
    </message>
    <message>
        <source>Questions</source>
        <translation>Fragen</translation>
    </message>
    <message>
        <source>Second operator</source>
        <translation>Zweiter Betreiber</translation>
    </message>
    <message>
        <source>Smallest group for totals</source>
        <translation>Kleinste Gruppe für Summen</translation>
    </message>
    <message>
        <source>Time until the totals are made</source>
        <translation>Zeit, bis die Summen gebildet werden</translation>
    </message>
    <message>
        <source>as agreed</source>
        <translation>wie vereinbart</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>others, as many</source>
        <translation>andere, ebenso viele</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>{name}: {before}, now {after}.</source>
        <translation>{name}: {before}, jetzt {after}.</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Measure now</source>
        <translation>Jetzt messen</translation>
    </message>
    <message>
        <source>Quit the window</source>
        <translation>Fenster beenden</translation>
    </message>
    <message>
        <source>Shoal</source>
        <translation>Shoal</translation>
    </message>
</context>
<context>
    <name>Units</name>
    <message>
        <source>% of time</source>
        <translation>% der Zeit</translation>
    </message>
    <message>
        <source>day</source>
        <translation>Tag</translation>
    </message>
    <message>
        <source>days</source>
        <translation>Tage</translation>
    </message>
    <message>
        <source>h</source>
        <translation>h</translation>
    </message>
    <message numerus="yes">
        <source>in %n days</source>
        <translation>
            <numerusform>in %n Tag</numerusform>
            <numerusform>in %n Tagen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <source>Bad</source>
        <translation>Schlecht</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>OK</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Unbekannt</translation>
    </message>
    <message>
        <source>Warn</source>
        <translation>Warnung</translation>
    </message>
</context>
<context>
    <name>Verify</name>
    <message>
        <source>All {n} kept reports were built again from their answers, the task and their openings. Every one of {size} bytes is the same.</source>
        <translation>Alle {n} aufbewahrten Berichte wurden aus ihren Antworten, der Erhebung und ihren Öffnungswerten neu gebaut. Jedes der {size} Bytes ist gleich.</translation>
    </message>
    <message>
        <source>None of them is a report.</source>
        <translation>Keiner davon ist ein Bericht.</translation>
    </message>
    <message>
        <source>Something differs</source>
        <translation>Etwas weicht ab</translation>
    </message>
    <message>
        <source>That no other program on this computer sends anything.</source>
        <translation>Dass kein anderes Programm auf diesem Computer etwas sendet.</translation>
    </message>
    <message>
        <source>That nobody with access to this account wrote the whole file anew.</source>
        <translation>Dass niemand mit Zugang zu diesem Konto die ganze Datei neu geschrieben hat.</translation>
    </message>
    <message>
        <source>That row {row} is not as it was written: {what}.</source>
        <translation>Dass Zeile {row} nicht ist, wie sie geschrieben wurde: {what}.</translation>
    </message>
    <message>
        <source>That {leader} counted a report: “delivered” means received.</source>
        <translation>Dass {leader} einen Bericht gezählt hat: „zugestellt“ heißt empfangen.</translation>
    </message>
    <message>
        <source>The ledger is empty: nothing was sealed, and nothing has left.</source>
        <translation>Das Berichtsbuch ist leer: Nichts wurde versiegelt, und nichts ging hinaus.</translation>
    </message>
    <message>
        <source>The one kept report was built again from its answers, the task and its opening. Every one of {size} bytes is the same.</source>
        <translation>Der eine aufbewahrte Bericht wurde aus seinen Antworten, der Erhebung und seinem Öffnungswert neu gebaut. Jedes der {size} Bytes ist gleich.</translation>
    </message>
    <message>
        <source>The one ledger entry is as it was written.</source>
        <translation>Der eine Eintrag im Berichtsbuch ist, wie er geschrieben wurde.</translation>
    </message>
    <message>
        <source>The {n} ledger entries form one unbroken chain.</source>
        <translation>Die {n} Einträge im Berichtsbuch bilden eine ungebrochene Kette.</translation>
    </message>
    <message>
        <source>This cannot be proved here</source>
        <translation>Das lässt sich hier nicht beweisen</translation>
    </message>
    <message>
        <source>This is proved</source>
        <translation>Das ist bewiesen</translation>
    </message>
    <message>
        <source>Verified just now</source>
        <translation>Gerade nachgerechnet</translation>
    </message>
    <message>
        <source>Verified just now, in {n} seconds</source>
        <translation>Gerade nachgerechnet, in {n} Sekunden</translation>
    </message>
    <message>
        <source>What one older report contained; only its fingerprint is left.</source>
        <translation>Was ein älterer Bericht enthielt; nur sein Fingerabdruck ist noch da.</translation>
    </message>
    <message>
        <source>What {n} older reports contained; only their fingerprints are left.</source>
        <translation>Was {n} ältere Berichte enthielten; nur ihre Fingerabdrücke sind noch da.</translation>
    </message>
</context>
<context>
    <name>Warnings</name>
    <message>
        <source>Both servers are one computer.</source>
        <translation>Beide Server sind ein Computer.</translation>
    </message>
    <message>
        <source>No noise is added.</source>
        <translation>Es kommt kein Rauschen hinzu.</translation>
    </message>
    <message>
        <source>One operator holds both pieces.</source>
        <translation>Ein Betreiber hält beide Teile.</translation>
    </message>
    <message>
        <source>Short periods and small groups: nothing is protected by this.</source>
        <translation>Kurze Zeiträume und kleine Gruppen: Hier ist nichts geschützt.</translation>
    </message>
    <message>
        <source>This is a demo.</source>
        <translation>Das ist eine Demo.</translation>
    </message>
    <message>
        <source>Totals are exact, and can give single answers away.</source>
        <translation>Die Summen sind genau und können einzelne Antworten verraten.</translation>
    </message>
    <message>
        <source>Whoever controls it holds both pieces and could read your answers.</source>
        <translation>Wer ihn beherrscht, hält beide Teile und könnte Ihre Antworten lesen.</translation>
    </message>
    <message>
        <source>{name} runs both servers and could read your answers.</source>
        <translation>{name} betreibt beide Server und könnte Ihre Antworten lesen.</translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>On this device</source>
        <translation>Auf diesem Gerät</translation>
    </message>
    <message>
        <source>What leaves</source>
        <translation>Was hinausgeht</translation>
    </message>
    <message>
        <source>Who decides</source>
        <translation>Wer entscheidet</translation>
    </message>
</context>
<context>
    <name>Withholding</name>
    <message>
        <source>It leaves by itself, or when you send it.</source>
        <translation>Er geht von selbst hinaus, oder wenn Sie ihn senden.</translation>
    </message>
    <message>
        <source>Leave it as it is</source>
        <translation>Lassen, wie es ist</translation>
    </message>
    <message>
        <source>The totals of this period will be without your answers. A report of zeros leaves at the same random moment, so that nobody can tell from outside. Later reports stay.</source>
        <translation>In den Summen dieses Zeitraums fehlen dann Ihre Antworten. Ein Bericht aus Nullen geht zum selben zufälligen Zeitpunkt hinaus, damit es von außen niemand erkennen kann. Spätere Berichte bleiben.</translation>
    </message>
    <message>
        <source>Withhold it</source>
        <translation>Zurückhalten</translation>
    </message>
    <message>
        <source>Withhold the report of {period}?</source>
        <translation>Den Bericht zurückhalten ({period})?</translation>
    </message>
    <message>
        <source>Zeros take its place. This cannot be undone.</source>
        <translation>Nullen treten an seine Stelle. Das lässt sich nicht rückgängig machen.</translation>
    </message>
</context>
</TS>
