"""Invented player names: unique, some with suffixes and accents, none taken from a real roster."""

from __future__ import annotations

import unicodedata

import numpy as np

_FIRST_NAMES = (
    "Aaren Abel Adeyemi Alonzo Amari Anselm Antwan Arvid Augustin Bastien Benoît Brantley Brecken "
    "Calder Carlton Cassius Cedrick Chance Colby Corbin Cortez Cyrus Dacian Damir Darnell Dashiell "
    "Davor Delroy Demarco Desmond Devaughn Dimitar Donovan Edgardo Elias Emeka Emilién Enzo Ersan "
    "Ezekiel Fabrice Farrell Fidel Florian Garrick Gerrit Gideon Goran Hakim Harlan Hugo Idris Ilija "
    "Isaias Ivo Jabril Jarrod Jérôme Joaquín Jorell Kaelen Kareem Keenan Kendric Kofi Kwame Lamont "
    "Laurent Leandro Leif Lionel Luís Maceo Malachi Marcelo Matías Mikel Milan Nathaniel Nemanja "
    "Nikša Obinna Olumide Orlando Osmar Pavel Quentin Radek Rafael Rashaun Renaldo Rodrigo Roshan "
    "Rubén Sandro Sekou Silas Soren Stéphane Tavares Tervell Thaddeus Tobias Tomáš Uroš Vashon Vuk "
    "Wendell Xavion Yannick Zaire Zoran"
)
# An underscore represents a space within a name.
_FAMILY_NAMES = (
    "Abernathy Adebisi Ainsley Alcott Alderman Amberly Ansah Arceneaux Ashgrove Atwater Averhart "
    "Babatunde Bankole Barnaby Baskerville Beauvais Belgrave Bellamy Benitez Blackwell Boateng "
    "Bonaventure Božić Bracewell Brightwater Broussard Burrows Calloway Cantrell Carrington "
    "Castellano Chukwura Claiborne Clearwater Colquitt Crowder-Hayes Cumberland Dacosta D'Aubigny "
    "Delacroix Delafosse Demirtaş Diallo-Reed Dorrance Drummond-Lee Dumas Durant-Vale Eastman Ebanks "
    "Eddleston Ellery Enright Escobedo Everhart Fairbanks Faulk Featherstone Fontenot Foxworth "
    "Gadsden Galbraith Garrido Gatlin Gendron Gilchrist Goodwyn Grandison Greenlaw Guillory "
    "Haliday-Ross Halloran Hargrove Haverford Hawthorne Heidelberg Henriksen Hightower Holloway "
    "Honeywell Huxtable Ibarra Iglesias Ikande Ingersoll Jankovic Jernigan Jeffcoat Juarez Kalenga "
    "Karadžić Kensington Kilbride Kingsbury Kovačić Kowalczyk Lachance Ladipo Langford Larkspur "
    "Lattimore Leclerc Ledbetter Lindqvist Littlejohn Lockhart Longstreet Lovelace Lukić Mabry Maddox "
    "Magnusson Mansfield Marchetti Marović Mayfield McAllister McCrae McElroy Meriwether Middlebrook "
    "Monteiro Montgomery-Shaw Morningstar Moseley Muhtar Mustafić Nakamura Nightingale Njoku "
    "Northcutt Novacek Nunley O'Dell Ogunbowale Okafor-West Okonjo Ostrander Ouellette Paddington "
    "Palmieri Parrish Peebles Pemberton Petković Pettaway Pickering Pineda Prendergast Quarles "
    "Quintero Radcliffe Ransome Ravenel Redmayne Renfroe Rhinehart Rochelle Rosales Rutherford "
    "Šabanović Sandoval Santoro Savoy Schofield Seabrook Sengupta Shackelford Sheffield Silvestri "
    "Sinclair Sørensen Southall Spearman St._Clair Standifer Stallworth Stratford Sutherland "
    "Swanigan-Poe Tamburello Tarkington Tennyson Thibodeaux Thornwell Tillery Tolliver-Bey Treadwell "
    "Trudeau Underhill Valcourt Vandermeer Vasiljević Villanueva Vukčević Wadsworth Wainwright "
    "Wakefield Weatherspoon Wellington Westbrooke Whitlock Wickersham Winslet Wolcott Wynter "
    "Yarborough Yeboah Zabala Zeller-Moss Živković"
)

_FIRST = tuple(_FIRST_NAMES.split())
_LAST = tuple(name.replace("_", " ") for name in _FAMILY_NAMES.split())
_SUFFIXES = ("Jr.", "Jr.", "II", "III", "IV")
_SUFFIX_SHARE = 0.06


class NameBook:
    """Draws names without ever repeating one, not even after accents and suffixes are dropped."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._used: set[str] = set()

    def draw(self) -> tuple[str, str]:
        """Return ``(full name, family name with suffix)`` of a new player."""
        while True:
            first = _FIRST[int(self._rng.integers(len(_FIRST)))]
            last = _LAST[int(self._rng.integers(len(_LAST)))]
            suffix = ""
            if self._rng.random() < _SUFFIX_SHARE:
                suffix = " " + _SUFFIXES[int(self._rng.integers(len(_SUFFIXES)))]
            if (key := plain(f"{first} {last}")) not in self._used:
                self._used.add(key)
                return f"{first} {last}{suffix}", f"{last}{suffix}"


def plain(name: str) -> str:
    """Return the name without accents, as bookmakers spell it."""
    text = unicodedata.normalize("NFKD", name.replace("ø", "o"))
    return "".join(c for c in text if not unicodedata.combining(c))
