"""Licence texts into codes: exact where the text is, OTHER with the whole text everywhere else."""

from __future__ import annotations

import pytest

from catalog.interchange.licences import LONGEST_NAME, Terms, licence_of
from catalog.vocab import Licence as L

BARE = [
    ("CC BY 4.0", L.CC_BY),
    ("cc-by-4.0", L.CC_BY),
    ("CC-BY 4.0", L.CC_BY),
    ("Creative Commons BY 4.0", L.CC_BY),
    ("Creative Commons BY 4 (CC BY 4.0)", L.CC_BY),
    ("Creative Commons Attribution 4.0 International License", L.CC_BY),
    ("Creative Commons Attribution 4.0 International (CC BY 4.0)", L.CC_BY),
    ("Attribution 4.0 International (CC BY 4.0)", L.CC_BY),
    ("Creative Commons Attribution (CC BY 4.0)", L.CC_BY),
    ("http://creativecommons.org/licenses/by/4.0/", L.CC_BY),
    ("https://creativecommons.org/licenses/by/4.0/legalcode", L.CC_BY),
    ("CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)", L.CC_BY),
    ('"CC BY 4.0"', L.CC_BY),
    ("知识共享 署名 4.0", L.CC_BY),
    ("CC BY-SA 4.0", L.CC_BY_SA),
    ("Creative Commons Attribution-ShareAlike 4.0 International Licence", L.CC_BY_SA),
    ("https://creativecommons.org/licenses/by-sa/4.0/", L.CC_BY_SA),
    ("Creative Commons Attribution-NonCommercial 4.0 International Public License (CC BY-NC 4.0)", L.CC_BY_NC),
    ("Creative Commons Attribution Non Commercial 4.0", L.CC_BY_NC),
    ("CC0", L.CC0),
    ("CC0 1.0 Universal (CC0 1.0) Public Domain Dedication", L.CC0),
    ("https://creativecommons.org/publicdomain/zero/1.0/", L.CC0),
    ("Public Domain (CC0)", L.CC0),
    ("Creative Commons Zero (CC0)", L.CC0),
    ("Public Domain", L.PUBLIC_DOMAIN),
    ("公有领域", L.PUBLIC_DOMAIN),
    ("https://opendatacommons.org/licenses/by/1.0/", L.ODC_BY),
    ("Open Data Commons Attribution License v1.0", L.ODC_BY),
    ("Open Database License (ODbL)", L.ODBL),
    ("Apache-2.0", L.APACHE),
    ("Apache License Version 2.0 https://www.apache.org/licenses/LICENSE-2.0", L.APACHE),
    ("Apache 许可证 2.0", L.APACHE),
    ("MIT", L.MIT),
    ("MIT License", L.MIT),
    ("木兰宽松许可证 第2版", L.MULAN),
    ("MulanPSL-2.0", L.MULAN),
    ("平台服务协议", L.PLATFORM_TERMS),
    ("platform-terms", L.PLATFORM_TERMS),
    ("other", L.OTHER),
]

WITH_A_NOTE = [
    ("SPARTAN data is licensed under CC BY 4.0", L.CC_BY),
    ("CC-BY-4.0. Attribution required for refereed scientific papers.", L.CC_BY),
    ("Open data, there are no restrictions on the use of this data. https://creativecommons.org/licenses/by/4.0/", L.CC_BY),
    ("Public Domain with Attribution", L.PUBLIC_DOMAIN),
    ("MIT; terms of use", L.MIT),
]

NOT_OURS = [
    "CC BY",
    "This product is licensed under CC BY-SA",
    "Creative Commons Attribution 3.0 United States License",
    "https://creativecommons.org/licenses/by-sa/3.0/",
    "CC BY-NC-SA 4.0",
    "Creative Commons Attribution-NonCommercial-ShareAlike 4.0 International License",
    "https://creativecommons.org/licenses/by-nd/4.0/",
    "CC0, CC-BY",
    "recount3 is Public Domain, recount2 is CC0",
    "CC-BY-4.0 unless otherwise specified",
    "Some datasets may use CC-BY 4.0",
    "Copernicus Licence (similar to CC-BY-4.0)",
    "Creative Commons Attribution-Non Commercial 4.0 International - https://creativecommons.org/licenses/by/4.0/",
    "All the code in this repository is MIT licensed",
    "The data is released under a ODC Public Domain Dedication & License 1.0 (PDDL-1.0).",
    "BSD 3-Clause License",
    "GNU General Public License v3.0",
    "CDLA-Sharing",
    "Open Government License (OGL)",
    "https://irsa.ipac.caltech.edu/data_use_terms.html",
    "There are no restrictions on the use of this data.",
    "Permitted for research by the Massachusetts Institute (MITRE)",
    "CC BY 4.0 " + "and so on " * (LONGEST_NAME // 10),
]


@pytest.mark.parametrize(("text", "licence"), BARE)
def test_the_name_of_a_licence_needs_no_note(text: str, licence: L) -> None:
    assert licence_of(text) == Terms(licence, "")


@pytest.mark.parametrize(("text", "licence"), WITH_A_NOTE)
def test_a_text_that_says_more_than_the_name_stays_as_the_note(text: str, licence: L) -> None:
    assert licence_of(text) == Terms(licence, text)


@pytest.mark.parametrize("text", NOT_OURS)
def test_terms_that_the_vocabulary_does_not_have_are_other_with_the_whole_text(text: str) -> None:
    assert licence_of(text) == Terms(L.OTHER, text.strip())


@pytest.mark.parametrize("text", ["", "  \n"])
def test_no_text_is_no_licence(text: str) -> None:
    assert licence_of(text) is None


@pytest.mark.parametrize("licence", list(L))
def test_every_code_and_every_label_is_its_licence(licence: L) -> None:
    assert {licence_of(text) for text in (licence.value, licence.zh, licence.en)} == {Terms(licence)}
