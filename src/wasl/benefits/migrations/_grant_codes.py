"""Codes of grants: SQL for migration 0008. A code must not tell how much an organisation gives."""

# A keyed permutation of the grant's number (four rounds of a Feistel network over twice 18 bits): neighbours
# in time are strangers in print, and no code needs a column or an index. sha256 because codes once printed
# must resolve for ever, which PostgreSQL's own hashes do not promise. Eleven digits and two of check.
CODES = """
INSERT INTO store_fact (name, value)
VALUES ('grant_salt', gen_random_uuid()::text || gen_random_uuid()::text) ON CONFLICT DO NOTHING;

CREATE FUNCTION benefits_grant_permute(p_number bigint, p_back boolean) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_salt text := (SELECT value FROM store_fact WHERE name = 'grant_salt');
    v_left bigint := p_number >> 18;
    v_right bigint := p_number & 262143;
    v_round integer;
    v_next bigint;
BEGIN
    IF p_number < 0 OR p_number >> 36 <> 0 OR v_salt IS NULL THEN
        RAISE EXCEPTION 'grant number % has no code', p_number USING ERRCODE = '22003';
    END IF;
    FOR i IN 1 .. 4 LOOP
        v_round := CASE WHEN p_back THEN 5 - i ELSE i END;
        IF p_back THEN
            v_next := v_right # (('x' || left(encode(sha256(convert_to(
                v_salt || v_round || ':' || v_left, 'UTF8')), 'hex'), 8))::bit(32)::bigint & 262143);
            v_right := v_left;
            v_left := v_next;
        ELSE
            v_next := v_left # (('x' || left(encode(sha256(convert_to(
                v_salt || v_round || ':' || v_right, 'UTF8')), 'hex'), 8))::bit(32)::bigint & 262143);
            v_left := v_right;
            v_right := v_next;
        END IF;
    END LOOP;
    RETURN v_left << 18 | v_right;
END $$;

CREATE FUNCTION benefits_grant_code(p_grant bigint) RETURNS text
LANGUAGE sql STABLE STRICT SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT (n.number * 100 + 98 - n.number * 100 % 97)::text
    FROM (SELECT 10000000000 + benefits_grant_permute(p_grant - 1000000000000, false) AS number) n
    WHERE session_user <> 'wasl_app' OR wasl_is_signed_in()
$$;

-- NULL for what is no grant's code; whether there is such a grant, and whose, is for who asks next. Nobody who
-- has not signed in is told: numbers, unlike codes, say how many grants there are.
CREATE FUNCTION benefits_grant_of_code(p_code text) RETURNS bigint
LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_number bigint;
BEGIN
    IF session_user = 'wasl_app' AND NOT wasl_is_signed_in() THEN
        RETURN NULL;
    END IF;
    IF p_code !~ '^[0-9]{13}$' OR p_code::bigint % 97 <> 1 THEN
        RETURN NULL;
    END IF;
    v_number := p_code::bigint / 100 - 10000000000;
    IF v_number < 0 OR v_number >> 36 <> 0 THEN
        RETURN NULL;
    END IF;
    RETURN 1000000000000 + benefits_grant_permute(v_number, true);
END $$;
"""
