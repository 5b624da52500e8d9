"""Every problem code: what it is called, what to do, and a paragraph that explains the rule.

F files · Y YAML and CSV · R records · S sources · E effects and grading · M front matter · P pages · L links · T text.
"""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    """A rule in three lengths: a title, one line of advice, one paragraph of help."""

    title: str
    advice: str
    help: str


CODES: dict[str, Code] = {
    # files
    "F001": Code(
        "file cannot be read",
        "Check that the file exists and may be read.",
        "The file is named by another file or expected at this place, but opening it failed. Nothing else was checked in it.",
    ),
    "F002": Code(
        "file is not UTF-8",
        "Save the file as UTF-8.",
        "All text is UTF-8, so that accents, minus signs and Greek letters mean the same on every machine. Most editors have “Save with encoding”.",
    ),
    "F003": Code(
        "byte-order mark",
        "Save the file as UTF-8 without byte-order mark.",
        "Some editors put an invisible mark at the start of a file. It hides the first word or the first key from programs.",
    ),
    "F004": Code(
        "wrong line ends",
        "Save the file with line feeds (LF) only.",
        "Windows line ends make every line look changed in a comparison. The file `.editorconfig` sets your editor right.",
    ),
    "F005": Code(
        "file or line too long",
        "Split the file, or break the line: one sentence per line.",
        "A file of several megabytes or a line of many thousand characters is a slip (a pasted table, a binary), and would make every check slow.",
    ),
    "F006": Code(
        "binary file among the words",
        "Put images into docs/_static; keep other binary files out.",
        "`docs/` holds Markdown, and pictures below `docs/_static/`. Anything else cannot be reviewed line by line and would be published unseen.",
    ),
    "F007": Code(
        "empty file",
        "Write the file, or delete it.",
        "An empty file is published as an empty page or read as an empty list. Both hide that something is missing.",
    ),
    "F008": Code(
        "wrong end of the file",
        "End the last line once, and leave no empty lines behind it.",
        "A last line without its end joins with what is added later and looks changed in a comparison. The file `.editorconfig` sets your editor right.",
    ),
    # YAML and CSV
    "Y001": Code(
        "YAML cannot be read",
        "Mend this first, as other problems can come from it: look here and one line above for a colon, a quote or the indent.",
        "The YAML reader stopped here. Text with a colon, a hash or a leading quote must stand in double quotes; lists are indented by two spaces; tabs are not allowed.",
    ),
    "Y002": Code(
        "key written twice",
        "Delete one of the two.",
        "A key may stand once in a record. YAML would silently keep the last one.",
    ),
    "Y003": Code(
        "wrong shape",
        "Compare with the records next to it.",
        "The file must be a list of records, each record a block of `key: value` lines. Here stands something else.",
    ),
    "Y004": Code(
        "alias loop",
        "Write the value out instead of using an anchor.",
        "Anchors and aliases (`&x`, `*x`) are not used in records; one that contains itself could never be read to its end.",
    ),
    "Y005": Code(
        "CSV column missing or unknown",
        "Make the first line the same as in the repository.",
        "The first line of a CSV file names its columns. A missing or misspelled column would leave every row without that value.",
    ),
    "Y006": Code(
        "CSV row with wrong number of cells",
        "Put cells with commas into double quotes; close every quote.",
        "The row has more or fewer cells than the first line, most often because of a comma inside a cell without quotes, or because the file was cut off.",
    ),
    "Y007": Code(
        "BibTeX cannot be read",
        "Mend this first, as other problems can come from it: check its braces and commas, and those of the one above.",
        "Each entry is `@type{key,` then `field = {value},` lines, then `}`. Braces must come in pairs.",
    ),
    # records
    "R001": Code(
        "unknown field",
        "Delete it or correct its name.",
        "Each kind of record has a closed list of fields, so that a misspelled one is noticed. The lists are in the guide “Records and their fields”.",
    ),
    "R002": Code(
        "missing field",
        "Add the field, or fill it in if it is empty.",
        "This field must be there: without it the record cannot be traced, graded or printed.",
    ),
    "R003": Code(
        "value not in the list",
        "Use one of the listed values.",
        "This field takes one of a few values, so that tables and filters can rely on it. A new value is added in `handbook/model.py`.",
    ),
    "R004": Code(
        "value of the wrong type",
        "Write a number as 0.8 without a unit, a date as 2026-11-22, and each part of a list in full.",
        "The value cannot be read as what the field needs: a number with a point, a date as 2026-11-22, a list with dashes.",
    ),
    "R005": Code(
        "impossible date",
        "Write a real day as YYYY-MM-DD.",
        "Dates are written year-month-day and must exist in the calendar.",
    ),
    "R006": Code(
        "id used twice",
        "Give one of the two another id.",
        "An id names one record for good: pages, other records and readers' links rely on it.",
    ),
    "R007": Code(
        "id of the wrong form",
        "Use small letters, digits and hyphens.",
        "Ids are readable words in kebab-case, such as `crps-infusion-pain-weeks`. Source keys are letters and digits.",
    ),
    "R008": Code(
        "names a record that does not exist",
        "Correct the id, or add the record.",
        "Every id that a record names must exist. The message shows the nearest ones.",
    ),
    "R009": Code(
        "too many words",
        "Shorten the text.",
        "The field has a limit so that tables, boxes and leaflets stay readable.",
    ),
    "R010": Code(
        "record that nothing uses",
        "Use it on a page or in another record, or delete it.",
        "A record that no page, finding or claim leans on is read by nobody and goes stale unseen.",
    ),
    "R011": Code(
        "claim of the seed list is missing",
        "Add the claim with a verdict.",
        "All claims listed in `evidence/seed-claims.txt` must have a verdict; none may be dropped in silence.",
    ),
    "R012": Code(
        "claim without proof",
        "Add a finding, a fact or a source.",
        "A verdict other than “not checkable” rests on at least one finding, fact or source.",
    ),
    "R013": Code(
        "page does not answer its claim",
        "Add the directive `claims-here` near the end of that page.",
        "The ledger sends readers to this page for the answer, so the page must show the claim and its verdict.",
    ),
    "R014": Code(
        "fact without country or date",
        "Add `country` and `as_of`.",
        "Law, approval, license, cost, access and numbers of people differ between countries and change. Each such line says where and when it held.",
    ),
    "R015": Code(
        "fact without its kind of support",
        "Add `support` and `studied_in`.",
        "A statement on biology says whether it is established, likely or a hypothesis, and in whom it was studied.",
    ),
    "R016": Code(
        "records that supersede one another in a circle",
        "Remove one of the `superseded_by` lines.",
        "Following `superseded_by` must end at a current source.",
    ),
    "R017": Code(
        "record without its one place",
        "Let exactly one list take it in: `ledger` by `topic`, `findings-list` and `studies-table` by `condition`, `references` by `letters`.",
        "Long lists are divided over several pages by an option. A record that no page takes in is lost to readers, and links to one that stands twice lead to either.",
    ),
    # sources
    "S001": Code(
        "incomplete source",
        "Add the field from the publication's own record.",
        "A source needs author, title, where it was published, the year (or `undated`), and a DOI, PMID or official address.",
    ),
    "S002": Code(
        "DOI of the wrong form",
        "Write the bare DOI: 10.1000/xyz.",
        "DOIs are stored bare and in the form 10.NNNN/suffix; the link is built from it in one place.",
    ),
    "S003": Code(
        "PMID of the wrong form",
        "Write the digits only.",
        "A PubMed number is one to eight digits.",
    ),
    "S004": Code(
        "identifier used twice",
        "Merge the two entries.",
        "Two entries with one DOI or PMID are the same publication under two keys.",
    ),
    "S005": Code(
        "mirror linked",
        "Link the publisher, the agency, PubMed or the register.",
        "Copies on other sites vanish, change, or show advertising. Readers are sent to the original.",
    ),
    "S006": Code(
        "retracted source",
        "Remove it, or state in the sentence that it was retracted.",
        "A retracted publication supports nothing; a sentence may still tell that it was retracted.",
    ),
    "S007": Code(
        "superseded source",
        "Use the newer one, or say in the text that it is superseded.",
        "A newer edition or review replaces this source.",
    ),
    "S008": Code(
        "source not read",
        "Read it, and set `read`, or lean on another source.",
        "A source of which only the title was seen cannot carry a statement.",
    ),
    # effects and grading
    "E001": Code(
        "interval with its ends swapped",
        "Write the lower end first.",
        "The lower end of a confidence interval is the smaller number, also with minus signs: −2.0 is lower than −0.4.",
    ),
    "E002": Code(
        "effect outside its interval",
        "Check the three numbers in the source.",
        "A point estimate lies inside its confidence interval.",
    ),
    "E003": Code(
        "impossible share",
        "Check the number against the source.",
        "A share lies between 0 and its base (100, 1,000); a percentage is not above 100.",
    ),
    "E004": Code(
        "impossible ratio",
        "Check the number; ratios are above zero.",
        "Risk ratios, odds ratios and rate ratios are positive; 1 means no difference.",
    ),
    "E005": Code(
        "unknown scale",
        "Use one of the listed scales.",
        "The scale tells readers what a number means and keeps plots from mixing scales.",
    ),
    "E006": Code(
        "grade does not add up",
        "Make start, steps and certainty agree.",
        "Randomized evidence starts at high, observational at low. Each step down takes one level off; the result is the certainty.",
    ),
    "E007": Code(
        "grade without basis",
        "Name who published the grade, or give our reasons.",
        "A published grade names the source (`graded_by`); a grade of ours names the start and a reason for each step down.",
    ),
    "E008": Code(
        "wording does not match the certainty",
        "Use the word of the certainty, or, if E006 stands here too, correct certainty and steps first.",
        "High: plain verb. Moderate: “probably”. Low: “may”. Very low: “We do not know”. No studies: “We found no studies”. Readers rely on the words, so the words follow the grade.",
    ),
    "E009": Code(
        "wording does not match the size",
        "Use the size word of the record, or correct the record.",
        "Large: “a lot”. Small: “slightly”. Little: “little or no difference”. Moderate: no size word.",
    ),
    "E010": Code(
        "size does not match the number",
        "Compare with the table of thresholds.",
        "Size words are fixed before grading in `evidence/thresholds.yaml`; the number of the study decides.",
    ),
    "E011": Code(
        "number typed in a sentence",
        "Use a placeholder such as {s012.effect}.",
        "A number stands in one record. Sentences take it from there, so that a correction reaches every place.",
    ),
    "E012": Code(
        "placeholder that cannot be filled",
        "Name an existing row and field.",
        "A placeholder is {study}, {study.field}, {harm.field} or a field of the finding's own numbers.",
    ),
    "E013": Code(
        "finding without studies or sources",
        "Name what it rests on.",
        "Each finding with a certainty rests on at least one source.",
    ),
    "E014": Code(
        "effect without a measure",
        "Add measure and scale.",
        "An effect or interval is a number only together with its measure (MD, SMD, RR …) and scale.",
    ),
    # front matter
    "M001": Code(
        "front matter missing",
        "Start the page with the block between two --- lines.",
        "Every page begins with its kind, audience, scope, dates, status and authors.",
    ),
    "M002": Code(
        "unknown front-matter key",
        "Delete it or correct its name.",
        "The keys are a closed list, because a misspelled date would otherwise be lost in silence.",
    ),
    "M003": Code(
        "missing front-matter key",
        "Add the key.",
        "All keys must be there. The guide “Write a page” lists them.",
    ),
    "M004": Code(
        "wrong front-matter value",
        "Use one of the listed values.",
        "The value is not one that the pages and filters know.",
    ),
    "M005": Code(
        "impossible date in front matter",
        "Write a real day as YYYY-MM-DD.",
        "Sphinx would drop every date of the page on one bad date, without a word.",
    ),
    "M006": Code(
        "dates out of order",
        "Put the review after the search and before the next review; only the next review lies in the future.",
        "The next review comes after the last one; nothing lies in the future but the next review.",
    ),
    "M007": Code(
        "author and checker are the same",
        "Have somebody else read the page against its sources.",
        "Who wrote a page cannot be the one who checked it.",
    ),
    "M008": Code(
        "person not in the list",
        "Add the person to evidence/people.yaml, or correct the name.",
        "Authors and checkers are named once, with role and interests.",
    ),
    "M009": Code(
        "review overdue",
        "Review the page against its sources and set new dates.",
        "The date of the next review has passed. Until then the page shows a notice.",
    ),
    "M010": Code(
        "page claims a review it does not have",
        "Set `status: source-checked`, or name the reviewer.",
        "“clinician-reviewed” needs a checker who is recorded as a health professional.",
    ),
    # pages
    "P001": Code(
        "page without a title",
        "Add one line that begins with a single #.",
        "Every page has exactly one title of the first level.",
    ),
    "P002": Code(
        "second title",
        "Use ## for sections.",
        "A page has one title of the first level; sections begin at the second.",
    ),
    "P003": Code(
        "heading level skipped",
        "Write one # more than the heading above it has.",
        "Screen readers and the table of contents rely on levels without gaps.",
    ),
    "P004": Code(
        "unknown directive",
        "Correct its name.",
        "The name after ::: is not one that the handbook knows.",
    ),
    "P005": Code(
        "unknown role",
        "Correct its name.",
        "The name in {braces} before a backquote is not one that the handbook knows.",
    ),
    "P006": Code(
        "unknown record",
        "Correct the id.",
        "The page names a record that does not exist.",
    ),
    "P007": Code(
        "key points missing or too long",
        "Write 3 to 6 bullets, at most 90 words together, and close the box with a line :::.",
        "Most readers see the first screen only. Key points say what it is, one benefit, one harm, one unknown, one thing to do.",
    ),
    "P008": Code(
        "list of sources missing",
        "End the page with the directive `sources`.",
        "A page that cites shows its sources.",
    ),
    "P009": Code(
        "page in no table of contents",
        "Add it to a toctree.",
        "A page that no menu lists cannot be found.",
    ),
    "P010": Code(
        "image without alternative text",
        "Add `:alt:` or text between the brackets.",
        "People who do not see the picture get its meaning from the alternative text.",
    ),
    "P011": Code(
        "image not found",
        "Correct the path.",
        "The picture does not exist at this place.",
    ),
    "P012": Code(
        "box not closed",
        "Close it with as many colons or backquotes as opened it.",
        "Everything after an unclosed box would be swallowed by it.",
    ),
    "P013": Code(
        "directive without its argument",
        "Name the record after the directive, or give the option.",
        "This directive needs to know what to show.",
    ),
    "P014": Code(
        "too many boxes of one kind",
        "Keep the most important ones.",
        "At most two “You may have read” boxes a page; more of them wear readers out.",
    ),
    "P015": Code(
        "section link missing",
        "Link at least one page of that section.",
        "Condition pages link treatment, safety and evidence, so that no reader ends in a dead end.",
    ),
    "P016": Code(
        "heading is a question",
        "Write a statement.",
        "Statements can be scanned; questions belong in the FAQ and in the search words.",
    ),
    "P017": Code(
        "raw HTML",
        "Use Markdown or a directive.",
        "Raw HTML is lost in the PDF and can load or run things.",
    ),
    "P018": Code(
        "unanswered question",
        "Answer it on a page and add its number there.",
        "Each question of `evidence/questions.csv` names the page and label that answer it.",
    ),
    "P019": Code(
        "table without a header row",
        "Give the table a first row that names its columns.",
        "A screen reader names the column of each cell from the header row, and a table that runs over pages repeats it. Without one the PDF is not accessible.",
    ),
    "P020": Code(
        "sign that no font of the book can show",
        "Use another sign, or write it in words.",
        "The PDF uses only the fonts in `handbook/typst/fonts`, so that it looks the same everywhere. This sign is in none of them and would be an empty box.",
    ),
    "P021": Code(
        "book could not be typeset",
        "Look at the page and line named; the words are those of the Typst compiler.",
        "The compiler that makes the PDF stopped or warned here. The Typst file is in the folder `source` beside the PDF.",
    ),
    # links
    "L001": Code(
        "link to a page that does not exist",
        "Correct the path.",
        "The target is not a page of the handbook.",
    ),
    "L002": Code(
        "link to a label that does not exist",
        "Correct the label.",
        "No page has this label, so the link would lead nowhere.",
    ),
    "L003": Code(
        "label used twice",
        "Rename one of them.",
        "A label is an address; links would go to whichever came last.",
    ),
    "L004": Code(
        "term not in the glossary",
        "Add it to the glossary or correct it.",
        "The role `term` links to a glossary entry by its exact name.",
    ),
    "L005": Code(
        "plural of a glossary term",
        "Use the form `words <term>`.",
        "The glossary has the singular. Write {term}`NMDA receptors <NMDA receptor>`; better, write plain words: first uses are linked by machine.",
    ),
    "L006": Code(
        "anchor that does not exist",
        "Correct the part after #.",
        "The page exists, but nothing on it has this anchor.",
    ),
    "L007": Code(
        "address promised but gone",
        "Add a redirect to `docs/redirects.csv`, or bring the page or label back.",
        "Released addresses are promises: people have printed and bookmarked them.",
    ),
    "L008": Code(
        "id used twice on a built page",
        "Rename one of the two labels or headings, or mend the code that writes them.",
        "Links and screen readers find the first element only, so the second cannot be reached.",
    ),
    "L009": Code(
        "loaded from another site",
        "Put the file into docs/_static, or link it instead of loading it.",
        "A script, style, font, image or frame of another site tells that site who reads the page, can change unseen, and fails offline. The handbook loads its own files only; plain links to other sites are fine.",
    ),
    "L010": Code(
        "file of the built site is missing",
        "Correct the path, or add the file.",
        "A built page loads or offers this file (image, style, script, font, download), but the folder does not hold it.",
    ),
    "L011": Code(
        "address that works in one place only",
        "Write the address relative to the page; in 404.html, from the top of the site.",
        "Pages are read from a folder, from the top of a host and from below a path such as /handbook/. An address that begins with a slash, names this machine or a file of it fails in the others. Only 404.html, which is shown at any depth, must count from the top.",
    ),
    "L012": Code(
        "built page cannot be read",
        "Build the handbook again and look at its messages.",
        "The folder holds no pages, or this page is empty or no HTML, so nothing on it was checked.",
    ),
    "L013": Code(
        "search word leads nowhere",
        "Correct the page in handbook/lists/aliases.yaml, or remove the entry.",
        "Each entry of the search words is tied to the page that answers it. That page does not exist, so readers who type these words would not be led to it.",
    ),
    "L014": Code(
        "search word listed twice",
        "Keep it with the page that answers it best.",
        "A search word is tied to one page. With two, the place in the file would decide which page readers see first.",
    ),
    # book (EPUB)
    "B001": Code(
        "book in the wrong order",
        "Write `mimetype` first and uncompressed.",
        "Reading systems recognize an EPUB by its first file; `handbook/epub.py` writes it so.",
    ),
    "B002": Code(
        "page of the book cannot be read",
        "Look at the directive or role that printed it.",
        "EPUB pages are XML: an unclosed element or a bare attribute stops the reader at this page.",
    ),
    "B003": Code(
        "dead link in the book",
        "Correct the link in the page, or the directive that made it.",
        "A link inside the EPUB must arrive inside the EPUB.",
    ),
    "B004": Code(
        "metadata of the book missing",
        "Add it in `handbook/epub.py` or docs/conf.py.",
        "Language, title, identifier, contents and accessibility metadata are what stores and screen readers look for.",
    ),
    "L015": Code(
        "link exception out of date or incomplete",
        "Delete the line, or look again and give it a new date.",
        "Each exception in `handbook/lists/link_exceptions.csv` says which links are left alone, why, in which issue it is discussed, and until when. When the day has passed, the links are reported again.",
    ),
    "L016": Code(
        "link to another site is broken",
        "Find the new address at the body itself, or lean on another source.",
        "The site was asked over the network and said that there is no such page, or the DOI or PubMed number has a wrong form. Sites that refuse programs or do not answer are not counted as broken.",
    ),
    "L017": Code(
        "built page too heavy",
        "Move a part of it to a page below, as docs/faq.md does, or say less; many notes on one page can be `{sources}` with `:short:`.",
        "With a slow connection a phone shows a page of up to 20 KiB (gzip) at once; every note, table row and list of records counts. Records that an overview leads to can stand on pages below it: give each page an option such as `:topic:` or `:letters:`, and name the pages in the overview’s `{toctree}`.",
    ),
    # text
    "T001": Code(
        "banned word",
        "Use the wording given.",
        "The word promises, judges or labels. The list with replacements is in `handbook/lists/house_words.csv`.",
    ),
    "T002": Code(
        "effect stated without a record",
        "Use {finding}`id`, or rephrase as what studies looked at.",
        "A sentence that says what a treatment does must be printed from a graded record, so that its certainty stands beside it.",
    ),
    "T003": Code(
        "number typed in prose",
        "Name the record that prints it, such as {finding}`its-id`; also {harm}, {fact}, {regimen}. Without a record, leave the number out.",
        "Effect sizes, frequencies and doses stand in records only. Typed numbers go stale and lose their source.",
    ),
    "T004": Code(
        "certainty word outside a record",
        "For an effect of a treatment, name a {finding}; elsewhere write “can”, or leave it out.",
        "“may”, “probably” and “likely” have a fixed meaning here: they show the certainty of a finding.",
    ),
    "T005": Code(
        "statement without a source",
        "Add {source}`key`, or print a fact or finding.",
        "Each paragraph that states something about the world says where it comes from.",
    ),
    "T006": Code(
        "sentence too long",
        "Make two sentences of it.",
        "No sentence in patient text has more than 30 words.",
    ),
    "T007": Code(
        "too many long sentences",
        "Shorten the longest.",
        "95 of 100 sentences of a page have at most 20 words.",
    ),
    "T008": Code(
        "text too hard to read",
        "Use shorter words and sentences.",
        "The Flesch–Kincaid grade of patient text is at most 8, of key points at most 7; glossary terms count as short words.",
    ),
    "T009": Code(
        "more than one sentence on a line",
        "Put each sentence on a line of its own.",
        "A review comment then points at one sentence, and changes are easy to see.",
    ),
    "T010": Code(
        "misspelled medicine",
        "Correct the name.",
        "A medicine's name that is one letter off can be another medicine.",
    ),
    "T011": Code(
        "link text says nothing",
        "Write where the link goes.",
        "Screen readers list links alone; “here” tells nothing.",
    ),
    "T012": Code(
        "British spelling",
        "Use the American form.",
        "The handbook is written in American English throughout.",
    ),
    "T013": Code(
        "do-not list without “Do not”",
        "Begin each line with “Do not”.",
        "A reader who misses the heading must not read the opposite.",
    ),
    "T014": Code(
        "placeholder text",
        "Write the text or delete it.",
        "“todo”, “tbd” and “goes here” must not be published.",
    ),
    "T015": Code(
        "glossary entry too long or too hard",
        "Shorten it to 40 words of plain language.",
        "A glossary entry explains one word in at most 40 words at grade 8.",
    ),
    "T016": Code(
        "tab character",
        "Use spaces.",
        "Tabs shift columns, look different in each editor, and break YAML.",
    ),
    "T017": Code(
        "spelling",
        "Correct it, or add the word to a list in handbook/lists.",
        "The word is in no dictionary and on none of our lists of medicines, terms and names.",
    ),
    "T018": Code(
        "list entry not used",
        "Delete it, unless a file that cannot be read (code Y) holds the word.",
        "Each word on our spelling lists is used somewhere; an unused one could let a slip pass.",
    ),
    "T019": Code(
        "word written twice",
        "Delete one of the two, or put other words between them.",
        "The same word stands twice in a row, perhaps at the end of one line and the start of the next. Readers stumble over it, and a screen reader says it twice.",
    ),
    "T020": Code(
        "blanks at the end of a line",
        "Delete them; to begin a new line within a paragraph, end the line with a backslash.",
        "Blanks at the end cannot be seen. Two of them would begin a new line on the page without anybody knowing why.",
    ),
}
