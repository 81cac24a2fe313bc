"""The functions behind the `digest` trigger of a visit: who takes part, and all the words by which it is found."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION visits_digest(v bigint, OUT region_ids bigint[], OUT organisation_ids bigint[], OUT said text) AS $$
    SELECT
        ARRAY(SELECT unnest(ARRAY[region_id, on_behalf_of_region_id]) FROM visits_delegation WHERE visit_id = v),
        ARRAY(SELECT organisation_id FROM visits_delegation WHERE visit_id = v
            UNION ALL SELECT m.organisation_id FROM visits_delegate m
                JOIN visits_delegation d ON d.id = m.delegation_id WHERE d.visit_id = v
            UNION ALL SELECT responsible_id FROM visits_outcome WHERE visit_id = v),
        concat_ws(' ',
            (SELECT string_agg(concat_ws(' ', on_behalf_of, topics), ' ') FROM visits_delegation WHERE visit_id = v),
            (SELECT string_agg(concat_ws(' ', m.name, o.name, m.capacity, m.on_behalf_of), ' ') FROM visits_delegate m
                JOIN visits_delegation d ON d.id = m.delegation_id
                LEFT JOIN regions_official o ON o.id = m.official_id WHERE d.visit_id = v),
            (SELECT string_agg(concat_ws(' ', a.title, a.note, a.led_by, p.name), ' ') FROM visits_agendaitem a
                LEFT JOIN regions_venue p ON p.id = a.venue_id WHERE visit_id = v),
            (SELECT string_agg(concat_ws(' ', s.name_id, s.name_en, t.note), ' ') FROM visits_topic t
                JOIN regions_sector s ON s.id = t.sector_id WHERE visit_id = v),
            (SELECT string_agg(concat_ws(' ', k.name_id, k.name_en), ' ') FROM visits_visitkindlink l
                JOIN visits_visitkind k ON k.id = l.kind_id WHERE visit_id = v),
            (SELECT string_agg(concat_ws(' ', speaker, text, translation), ' ') FROM visits_statement WHERE visit_id = v),
            (SELECT string_agg(concat_ws(' ', text, given_by, given_to, unit, requested_by), ' ')
                FROM visits_outcome WHERE visit_id = v),
            (SELECT string_agg(concat_ws(' ', outlet, title, author, editor, full_text), ' ')
                FROM visits_visitsource WHERE visit_id = v),
            (SELECT string_agg(concat_ws(' ', fact, quote), ' ') FROM visits_citation WHERE visit_id = v))
$$ LANGUAGE sql STABLE;

CREATE FUNCTION visits_names(regions bigint[], organisations bigint[], venue bigint, series bigint) RETURNS text AS $$
    SELECT concat_ws(' ',
        (SELECT string_agg(concat_ws(' ', code, name_id, name_en), ' ') FROM regions_region WHERE id = ANY (regions)),
        (SELECT string_agg(concat_ws(' ', name_id, name_en, short_name), ' ')
            FROM regions_organisation WHERE id = ANY (organisations)),
        (SELECT name FROM regions_venue WHERE id = venue),
        (SELECT name FROM visits_visitseries WHERE id = series))
$$ LANGUAGE sql STABLE;

-- The first 200 000 characters: a tsvector holds at most 1 MB, and an article of that length is a book.
CREATE FUNCTION visits_words(said text) RETURNS tsvector AS $$
    SELECT to_tsvector('simple', left(said, 200000)) || to_tsvector('indonesian', left(said, 200000))
$$ LANGUAGE sql IMMUTABLE;
"""

BACKWARDS = """
DROP FUNCTION visits_digest(bigint);
DROP FUNCTION visits_names(bigint[], bigint[], bigint, bigint);
DROP FUNCTION visits_words(text);
"""


class Migration(migrations.Migration):
    dependencies = [("visits", "0001_initial"), ("regions", "0001_initial")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
