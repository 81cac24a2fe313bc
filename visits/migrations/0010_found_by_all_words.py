"""A visit is found by the words of the source wherever they stand, and by the names of today of its programme, sectors
and kinds."""

from django.db import migrations

from records.renaming import follow_names

DIGEST = """
CREATE OR REPLACE FUNCTION visits_digest(v bigint, OUT region_ids bigint[], OUT organisation_ids bigint[], OUT said text) AS $$
    SELECT
        ARRAY(SELECT unnest(ARRAY[region_id, on_behalf_of_region_id]) FROM visits_delegation WHERE visit_id = v),
        ARRAY(SELECT organisation_id FROM visits_delegation WHERE visit_id = v
            UNION ALL SELECT m.organisation_id FROM visits_delegate m
                JOIN visits_delegation d ON d.id = m.delegation_id WHERE d.visit_id = v
            UNION ALL SELECT responsible_id FROM visits_outcome WHERE visit_id = v),
        concat_ws(' ',
            (SELECT string_agg(concat_ws(' ', on_behalf_of, topics), ' ') FROM visits_delegation WHERE visit_id = v),
            (SELECT string_agg(concat_ws(' ', m.name, o.name, m.capacity, m.on_behalf_of{m}), ' ') FROM visits_delegate m
                JOIN visits_delegation d ON d.id = m.delegation_id
                LEFT JOIN regions_official o ON o.id = m.official_id WHERE d.visit_id = v),
            (SELECT string_agg(concat_ws(' ', a.title, a.note, a.led_by, p.name{a}), ' ') FROM visits_agendaitem a
                LEFT JOIN regions_venue p ON p.id = a.venue_id WHERE visit_id = v),
            (SELECT string_agg(concat_ws(' ', s.name_id, s.name_en, t.note), ' ') FROM visits_topic t
                JOIN regions_sector s ON s.id = t.sector_id WHERE visit_id = v),
            (SELECT string_agg(concat_ws(' ', k.name_id, k.name_en), ' ') FROM visits_visitkindlink l
                JOIN visits_visitkind k ON k.id = l.kind_id WHERE visit_id = v),
            (SELECT string_agg(concat_ws(' ', speaker, text, translation), ' ') FROM visits_statement WHERE visit_id = v),
            (SELECT string_agg(concat_ws(' ', text, given_by, given_to, unit, requested_by{o}), ' ')
                FROM visits_outcome WHERE visit_id = v),
            (SELECT string_agg(concat_ws(' ', outlet, title, author, editor, full_text), ' ')
                FROM visits_visitsource WHERE visit_id = v),
            (SELECT string_agg(concat_ws(' ', fact, quote), ' ') FROM visits_citation WHERE visit_id = v))
$$ LANGUAGE sql STABLE;
"""
QUOTES = {"m": ", m.quote", "a": ", a.quote", "o": ", quote"}
WRITTEN_ANEW = """
UPDATE visits_visit SET title = title WHERE id IN (
    SELECT visit_id FROM visits_outcome WHERE quote <> ''
    UNION SELECT visit_id FROM visits_agendaitem WHERE quote <> ''
    UNION SELECT d.visit_id FROM visits_delegate m JOIN visits_delegation d ON d.id = m.delegation_id
        WHERE m.quote <> '');
"""
ABOUT_SECTOR = "id IN (SELECT visit_id FROM visits_topic WHERE sector_id = NEW.id)"
OF_KIND = "id IN (SELECT visit_id FROM visits_visitkindlink WHERE kind_id = NEW.id)"


class Migration(migrations.Migration):
    dependencies = [("visits", "0009_notes_sent_once"), ("regions", "0001_initial")]

    operations = [
        follow_names("visits_visit", "series", "series_id = NEW.id"),
        follow_names("visits_visit", "sector", ABOUT_SECTOR),
        follow_names("visits_visit", "kind", OF_KIND),
        migrations.RunSQL(DIGEST.format(**QUOTES), DIGEST.format(m="", a="", o="")),
        migrations.RunSQL(WRITTEN_ANEW, migrations.RunSQL.noop),
    ]
