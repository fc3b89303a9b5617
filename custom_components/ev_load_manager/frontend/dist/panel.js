// EV Load Manager: made by script/build-panel from sources cc0cd5fb79ad
var U3=Object.defineProperty;var Q3=Object.getOwnPropertyDescriptor;var n=(L,V,C,H)=>{for(var e=H>1?void 0:H?Q3(V,C):V,r=L.length-1,t;r>=0;r--)(t=L[r])&&(e=(H?t(V,C,e):t(e))||e);return H&&e&&U3(V,C,e),e};var K2="M12,4A4,4 0 0,1 16,8A4,4 0 0,1 12,12A4,4 0 0,1 8,8A4,4 0 0,1 12,4M12,14C16.42,14 20,15.79 20,18V20H4V18C4,15.79 7.58,14 12,14Z";var K="M11,15H13V17H11V15M11,7H13V13H11V7M12,2C6.47,2 2,6.5 2,12A10,10 0 0,0 12,22A10,10 0 0,0 22,12A10,10 0 0,0 12,2M12,20A8,8 0 0,1 4,12A8,8 0 0,1 12,4A8,8 0 0,1 20,12A8,8 0 0,1 12,20Z";var J2="M11,4H13V16L18.5,10.5L19.92,11.92L12,19.84L4.08,11.92L5.5,10.5L11,16V4Z";var X2="M20,11V13H8L13.5,18.5L12.08,19.92L4.16,12L12.08,4.08L13.5,5.5L8,11H20Z";var Y2="M13,20H11V8L5.5,13.5L4.08,12.08L12,4.16L19.92,12.08L18.5,13.5L13,8V20Z";var N1="M5,11L6.5,6.5H17.5L19,11M17.5,16A1.5,1.5 0 0,1 16,14.5A1.5,1.5 0 0,1 17.5,13A1.5,1.5 0 0,1 19,14.5A1.5,1.5 0 0,1 17.5,16M6.5,16A1.5,1.5 0 0,1 5,14.5A1.5,1.5 0 0,1 6.5,13A1.5,1.5 0 0,1 8,14.5A1.5,1.5 0 0,1 6.5,16M18.92,6C18.72,5.42 18.16,5 17.5,5H6.5C5.84,5 5.28,5.42 5.08,6L3,12V20A1,1 0 0,0 4,21H5A1,1 0 0,0 6,20V19H18V20A1,1 0 0,0 19,21H20A1,1 0 0,0 21,20V12L18.92,6Z";var h1="M20.5,19.85L6.41,5.76L2.41,1.76L1.11,3L4.57,6.46L3,11V19A1,1 0 0,0 4,20H5A1,1 0 0,0 6,19V18H16.11L20.84,22.73L22.11,21.46L20.5,19.85M6.5,15A1.5,1.5 0 0,1 5,13.5A1.5,1.5 0 0,1 6.5,12A1.5,1.5 0 0,1 8,13.5A1.5,1.5 0 0,1 6.5,15M5,10L5.78,7.67L8.11,10H5M17.5,5.5L19,10H13.2L16.12,12.92C16.5,12.17 17.37,11.86 18.12,12.21C18.87,12.57 19.18,13.47 18.83,14.21C18.68,14.5 18.43,14.77 18.12,14.92L21,17.8V11L18.92,5C18.71,4.4 18.14,4 17.5,4H7.2L8.7,5.5H17.5Z";var W1="M16,11.78L20.24,4.45L21.97,5.45L16.74,14.5L10.23,10.75L5.46,19H22V21H2V3H4V17.54L9.5,8L16,11.78Z";var C5="M21,7L9,19L3.5,13.5L4.91,12.09L9,16.17L19.59,5.59L21,7Z";var b1="M12 2C6.5 2 2 6.5 2 12S6.5 22 12 22 22 17.5 22 12 17.5 2 12 2M10 17L5 12L6.41 10.59L10 14.17L17.59 6.58L19 8L10 17Z";var H5="M15.41,16.58L10.83,12L15.41,7.41L14,6L8,12L14,18L15.41,16.58Z";var V5="M8.59,16.58L13.17,12L8.59,7.41L10,6L16,12L10,18L8.59,16.58Z";var L5="M12,2C17.53,2 22,6.47 22,12C22,17.53 17.53,22 12,22C6.47,22 2,17.53 2,12C2,6.47 6.47,2 12,2M15.59,7L12,10.59L8.41,7L7,8.41L10.59,12L7,15.59L8.41,17L12,13.41L15.59,17L17,15.59L13.41,12L17,8.41L15.59,7Z";var j1="M12,15.5A3.5,3.5 0 0,1 8.5,12A3.5,3.5 0 0,1 12,8.5A3.5,3.5 0 0,1 15.5,12A3.5,3.5 0 0,1 12,15.5M19.43,12.97C19.47,12.65 19.5,12.33 19.5,12C19.5,11.67 19.47,11.34 19.43,11L21.54,9.37C21.73,9.22 21.78,8.95 21.66,8.73L19.66,5.27C19.54,5.05 19.27,4.96 19.05,5.05L16.56,6.05C16.04,5.66 15.5,5.32 14.87,5.07L14.5,2.42C14.46,2.18 14.25,2 14,2H10C9.75,2 9.54,2.18 9.5,2.42L9.13,5.07C8.5,5.32 7.96,5.66 7.44,6.05L4.95,5.05C4.73,4.96 4.46,5.05 4.34,5.27L2.34,8.73C2.21,8.95 2.27,9.22 2.46,9.37L4.57,11C4.53,11.34 4.5,11.67 4.5,12C4.5,12.33 4.53,12.65 4.57,12.97L2.46,14.63C2.27,14.78 2.21,15.05 2.34,15.27L4.34,18.73C4.46,18.95 4.73,19.03 4.95,18.95L7.44,17.94C7.96,18.34 8.5,18.68 9.13,18.93L9.5,21.58C9.54,21.82 9.75,22 10,22H14C14.25,22 14.46,21.82 14.5,21.58L14.87,18.93C15.5,18.67 16.04,18.34 16.56,17.94L19.05,18.95C19.27,19.03 19.54,18.95 19.66,18.73L21.66,15.27C21.78,15.05 21.73,14.78 21.54,14.63L19.43,12.97Z";var e5="M21.4 7.5C22.2 8.3 22.2 9.6 21.4 10.3L18.6 13.1L10.8 5.3L13.6 2.5C14.4 1.7 15.7 1.7 16.4 2.5L18.2 4.3L21.2 1.3L22.6 2.7L19.6 5.7L21.4 7.5M15.6 13.3L14.2 11.9L11.4 14.7L9.3 12.6L12.1 9.8L10.7 8.4L7.9 11.2L6.4 9.8L3.6 12.6C2.8 13.4 2.8 14.7 3.6 15.4L5.4 17.2L1.4 21.2L2.8 22.6L6.8 18.6L8.6 20.4C9.4 21.2 10.7 21.2 11.4 20.4L14.2 17.6L12.8 16.2L15.6 13.3Z";var r5="M5,20H19V18H5M19,9H15V3H9V9H5L12,16L19,9Z";var X="M19.77,7.23L19.78,7.22L16.06,3.5L15,4.56L17.11,6.67C16.17,7.03 15.5,7.93 15.5,9A2.5,2.5 0 0,0 18,11.5C18.36,11.5 18.69,11.42 19,11.29V18.5A1,1 0 0,1 18,19.5A1,1 0 0,1 17,18.5V14A2,2 0 0,0 15,12H14V5A2,2 0 0,0 12,3H6A2,2 0 0,0 4,5V21H14V13.5H15.5V18.5A2.5,2.5 0 0,0 18,21A2.5,2.5 0 0,0 20.5,18.5V9C20.5,8.31 20.22,7.68 19.77,7.23M18,10A1,1 0 0,1 17,9A1,1 0 0,1 18,8A1,1 0 0,1 19,9A1,1 0 0,1 18,10M8,18V13.5H6L10,6V11H12L8,18Z";var t5="M7,5H21V7H7V5M7,13V11H21V13H7M4,4.5A1.5,1.5 0 0,1 5.5,6A1.5,1.5 0 0,1 4,7.5A1.5,1.5 0 0,1 2.5,6A1.5,1.5 0 0,1 4,4.5M4,10.5A1.5,1.5 0 0,1 5.5,12A1.5,1.5 0 0,1 4,13.5A1.5,1.5 0 0,1 2.5,12A1.5,1.5 0 0,1 4,10.5M7,19V17H21V19H7M4,16.5A1.5,1.5 0 0,1 5.5,18A1.5,1.5 0 0,1 4,19.5A1.5,1.5 0 0,1 2.5,18A1.5,1.5 0 0,1 4,16.5Z";var M5="M11,18H13V16H11V18M12,2A10,10 0 0,0 2,12A10,10 0 0,0 12,22A10,10 0 0,0 22,12A10,10 0 0,0 12,2M12,20C7.59,20 4,16.41 4,12C4,7.59 7.59,4 12,4C16.41,4 20,7.59 20,12C20,16.41 16.41,20 12,20M12,6A4,4 0 0,0 8,10H10A2,2 0 0,1 12,8A2,2 0 0,1 14,10C14,12 11,11.75 11,15H13C13,12.75 16,12.5 16,10A4,4 0 0,0 12,6Z";var i5="M4,1C2.89,1 2,1.89 2,3V7C2,8.11 2.89,9 4,9H1V11H13V9H10C11.11,9 12,8.11 12,7V3C12,1.89 11.11,1 10,1H4M4,3H10V7H4V3M3,13V18L3,20H10V18H5V13H3M14,13C12.89,13 12,13.89 12,15V19C12,20.11 12.89,21 14,21H11V23H23V21H20C21.11,21 22,20.11 22,19V15C22,13.89 21.11,13 20,13H14M14,15H20V19H14V15Z",a5="M4,1C2.89,1 2,1.89 2,3V7C2,8.11 2.89,9 4,9H1V11H13V9H10C11.11,9 12,8.11 12,7V3C12,1.89 11.11,1 10,1H4M4,3H10V7H4V3M14,13C12.89,13 12,13.89 12,15V19C12,20.11 12.89,21 14,21H11V23H23V21H20C21.11,21 22,20.11 22,19V15C22,13.89 21.11,13 20,13H14M3.88,13.46L2.46,14.88L4.59,17L2.46,19.12L3.88,20.54L6,18.41L8.12,20.54L9.54,19.12L7.41,17L9.54,14.88L8.12,13.46L6,15.59L3.88,13.46M14,15H20V19H14V15Z";var o5="M10.59,13.41C11,13.8 11,14.44 10.59,14.83C10.2,15.22 9.56,15.22 9.17,14.83C7.22,12.88 7.22,9.71 9.17,7.76V7.76L12.71,4.22C14.66,2.27 17.83,2.27 19.78,4.22C21.73,6.17 21.73,9.34 19.78,11.29L18.29,12.78C18.3,11.96 18.17,11.14 17.89,10.36L18.36,9.88C19.54,8.71 19.54,6.81 18.36,5.64C17.19,4.46 15.29,4.46 14.12,5.64L10.59,9.17C9.41,10.34 9.41,12.24 10.59,13.41M13.41,9.17C13.8,8.78 14.44,8.78 14.83,9.17C16.78,11.12 16.78,14.29 14.83,16.24V16.24L11.29,19.78C9.34,21.73 6.17,21.73 4.22,19.78C2.27,17.83 2.27,14.66 4.22,12.71L5.71,11.22C5.7,12.04 5.83,12.86 6.11,13.65L5.64,14.12C4.46,15.29 4.46,17.19 5.64,18.36C6.81,19.54 8.71,19.54 9.88,18.36L13.41,14.83C14.59,13.66 14.59,11.76 13.41,10.59C13,10.2 13,9.56 13.41,9.17Z";var n5="M3,6H21V8H3V6M3,11H21V13H3V11M3,16H21V18H3V16Z";var A5="M12 2C7.04 2 3 6.04 3 11C3 14.91 5.5 18.24 9 19.47V22H11V19.94C11.33 20 11.66 20 12 20S12.67 20 13 19.94V22H15V19.47C18.5 18.23 21 14.9 21 11C21 6.04 16.96 2 12 2M14.25 14L11.25 17L9.75 15.5L11 14.25L9.75 13L12.75 10L14.25 11.5L13 12.75L14.25 14M16 9H8V7H16V9Z",d5="M21 11C21 6.03 16.97 2 12 2S3 6.03 3 11C3 14.92 5.5 18.24 9 19.5V22H11V19.94C11.33 20 11.66 20 12 20S12.67 20 13 19.94V22H15V19.5C18.5 18.24 21 14.92 21 11M12 18C8.14 18 5 14.86 5 11S8.14 4 12 4 19 7.14 19 11 15.86 18 12 18M8 7H16V9H8V7M12.75 10L9.75 13L11 14.25L9.75 15.5L11.25 17L14.25 14L13 12.75L14.25 11.5L12.75 10Z";var G1="M14,19H18V5H14M6,19H10V5H6V19Z";var z1="M8,5.14V19.14L19,12.14L8,5.14Z";var l5="M16.56,5.44L15.11,6.89C16.84,7.94 18,9.83 18,12A6,6 0 0,1 12,18A6,6 0 0,1 6,12C6,9.83 7.16,7.94 8.88,6.88L7.44,5.44C5.36,6.88 4,9.28 4,12A8,8 0 0,0 12,20A8,8 0 0,0 20,12C20,9.28 18.64,6.88 16.56,5.44M13,3H11V13H13";var m5="M17.65,6.35C16.2,4.9 14.21,4 12,4A8,8 0 0,0 4,12A8,8 0 0,0 12,20C15.73,20 18.84,17.45 19.73,14H17.65C16.83,16.33 14.61,18 12,18A6,6 0 0,1 6,12A6,6 0 0,1 12,6C13.66,6 15.14,6.69 16.22,7.78L13,11H20V4L17.65,6.35Z";var p5="M16,18H18V6H16M6,18L14.5,12L6,6V18Z";var s5="M13,14C9.64,14 8.54,15.35 8.18,16.24C9.25,16.7 10,17.76 10,19A3,3 0 0,1 7,22A3,3 0 0,1 4,19C4,17.69 4.83,16.58 6,16.17V7.83C4.83,7.42 4,6.31 4,5A3,3 0 0,1 7,2A3,3 0 0,1 10,5C10,6.31 9.17,7.42 8,7.83V13.12C8.88,12.47 10.16,12 12,12C14.67,12 15.56,10.66 15.85,9.77C14.77,9.32 14,8.25 14,7A3,3 0 0,1 17,4A3,3 0 0,1 20,7C20,8.34 19.12,9.5 17.91,9.86C17.65,11.29 16.68,14 13,14M7,18A1,1 0 0,0 6,19A1,1 0 0,0 7,20A1,1 0 0,0 8,19A1,1 0 0,0 7,18M7,4A1,1 0 0,0 6,5A1,1 0 0,0 7,6A1,1 0 0,0 8,5A1,1 0 0,0 7,4M17,6A1,1 0 0,0 16,7A1,1 0 0,0 17,8A1,1 0 0,0 18,7A1,1 0 0,0 17,6Z";var v5="M18 22H6V16L10 12L6 8V2H18V8L14 12L18 16M8 7.5L12 11.5L16 7.5V4H8M12 12.5L8 16.5V20H16V16.5M14 18H10V17.2L12 15.2L14 17.2Z";var u5="M8.28,5.45L6.5,4.55L7.76,2H16.23L17.5,4.55L15.72,5.44L15,4H9L8.28,5.45M18.62,8H14.09L13.3,5H10.7L9.91,8H5.38L4.1,10.55L5.89,11.44L6.62,10H17.38L18.1,11.45L19.89,10.56L18.62,8M17.77,22H15.7L15.46,21.1L12,15.9L8.53,21.1L8.3,22H6.23L9.12,11H11.19L10.83,12.35L12,14.1L13.16,12.35L12.81,11H14.88L17.77,22M11.4,15L10.5,13.65L9.32,18.13L11.4,15M14.68,18.12L13.5,13.64L12.6,15L14.68,18.12Z";var U1="M9,3V4H4V6H5V19A2,2 0 0,0 7,21H17A2,2 0 0,0 19,19V6H20V4H15V3H9M7,6H17V19H7V6M9,8V17H11V8H9M13,8V17H15V8H13Z";var x5="M2,5V19H8V5H2M9,5V10H15V5H9M16,5V14H22V5H16M9,11V19H15V11H9M16,15V19H22V15H16Z";var Q1=globalThis,q1=Q1.ShadowRoot&&(Q1.ShadyCSS===void 0||Q1.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,O2=Symbol(),c5=new WeakMap,w1=class{constructor(V,C,H){if(this._$cssResult$=!0,H!==O2)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=V,this.t=C}get styleSheet(){let V=this.o,C=this.t;if(q1&&V===void 0){let H=C!==void 0&&C.length===1;H&&(V=c5.get(C)),V===void 0&&((this.o=V=new CSSStyleSheet).replaceSync(this.cssText),H&&c5.set(C,V))}return V}toString(){return this.cssText}},Z5=L=>new w1(typeof L=="string"?L:L+"",void 0,O2),S=(L,...V)=>{let C=L.length===1?L[0]:V.reduce((H,e,r)=>H+(t=>{if(t._$cssResult$===!0)return t.cssText;if(typeof t=="number")return t;throw Error("Value passed to 'css' function must be a 'css' function result: "+t+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(e)+L[r+1],L[0]);return new w1(C,L,O2)},h5=(L,V)=>{if(q1)L.adoptedStyleSheets=V.map(C=>C instanceof CSSStyleSheet?C:C.styleSheet);else for(let C of V){let H=document.createElement("style"),e=Q1.litNonce;e!==void 0&&H.setAttribute("nonce",e),H.textContent=C.cssText,L.appendChild(H)}},k2=q1?L=>L:L=>L instanceof CSSStyleSheet?(V=>{let C="";for(let H of V.cssRules)C+=H.cssText;return Z5(C)})(L):L;var{is:q3,defineProperty:K3,getOwnPropertyDescriptor:J3,getOwnPropertyNames:X3,getOwnPropertySymbols:Y3,getPrototypeOf:C0}=Object,K1=globalThis,S5=K1.trustedTypes,H0=S5?S5.emptyScript:"",V0=K1.reactiveElementPolyfillSupport,y1=(L,V)=>L,_1={toAttribute(L,V){switch(V){case Boolean:L=L?H0:null;break;case Object:case Array:L=L==null?L:JSON.stringify(L)}return L},fromAttribute(L,V){let C=L;switch(V){case Boolean:C=L!==null;break;case Number:C=L===null?null:Number(L);break;case Object:case Array:try{C=JSON.parse(L)}catch{C=null}}return C}},J1=(L,V)=>!q3(L,V),g5={attribute:!0,type:String,converter:_1,reflect:!1,useDefault:!1,hasChanged:J1};Symbol.metadata??=Symbol("metadata"),K1.litPropertyMetadata??=new WeakMap;var Y=class extends HTMLElement{static addInitializer(V){this._$Ei(),(this.l??=[]).push(V)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(V,C=g5){if(C.state&&(C.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(V)&&((C=Object.create(C)).wrapped=!0),this.elementProperties.set(V,C),!C.noAccessor){let H=Symbol(),e=this.getPropertyDescriptor(V,H,C);e!==void 0&&K3(this.prototype,V,e)}}static getPropertyDescriptor(V,C,H){let{get:e,set:r}=J3(this.prototype,V)??{get(){return this[C]},set(t){this[C]=t}};return{get:e,set(t){let i=e?.call(this);r?.call(this,t),this.requestUpdate(V,i,H)},configurable:!0,enumerable:!0}}static getPropertyOptions(V){return this.elementProperties.get(V)??g5}static _$Ei(){if(this.hasOwnProperty(y1("elementProperties")))return;let V=C0(this);V.finalize(),V.l!==void 0&&(this.l=[...V.l]),this.elementProperties=new Map(V.elementProperties)}static finalize(){if(this.hasOwnProperty(y1("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(y1("properties"))){let C=this.properties,H=[...X3(C),...Y3(C)];for(let e of H)this.createProperty(e,C[e])}let V=this[Symbol.metadata];if(V!==null){let C=litPropertyMetadata.get(V);if(C!==void 0)for(let[H,e]of C)this.elementProperties.set(H,e)}this._$Eh=new Map;for(let[C,H]of this.elementProperties){let e=this._$Eu(C,H);e!==void 0&&this._$Eh.set(e,C)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(V){let C=[];if(Array.isArray(V)){let H=new Set(V.flat(1/0).reverse());for(let e of H)C.unshift(k2(e))}else V!==void 0&&C.push(k2(V));return C}static _$Eu(V,C){let H=C.attribute;return H===!1?void 0:typeof H=="string"?H:typeof V=="string"?V.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(V=>this.enableUpdating=V),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(V=>V(this))}addController(V){(this._$EO??=new Set).add(V),this.renderRoot!==void 0&&this.isConnected&&V.hostConnected?.()}removeController(V){this._$EO?.delete(V)}_$E_(){let V=new Map,C=this.constructor.elementProperties;for(let H of C.keys())this.hasOwnProperty(H)&&(V.set(H,this[H]),delete this[H]);V.size>0&&(this._$Ep=V)}createRenderRoot(){let V=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return h5(V,this.constructor.elementStyles),V}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(V=>V.hostConnected?.())}enableUpdating(V){}disconnectedCallback(){this._$EO?.forEach(V=>V.hostDisconnected?.())}attributeChangedCallback(V,C,H){this._$AK(V,H)}_$ET(V,C){let H=this.constructor.elementProperties.get(V),e=this.constructor._$Eu(V,H);if(e!==void 0&&H.reflect===!0){let r=(H.converter?.toAttribute!==void 0?H.converter:_1).toAttribute(C,H.type);this._$Em=V,r==null?this.removeAttribute(e):this.setAttribute(e,r),this._$Em=null}}_$AK(V,C){let H=this.constructor,e=H._$Eh.get(V);if(e!==void 0&&this._$Em!==e){let r=H.getPropertyOptions(e),t=typeof r.converter=="function"?{fromAttribute:r.converter}:r.converter?.fromAttribute!==void 0?r.converter:_1;this._$Em=e;let i=t.fromAttribute(C,r.type);this[e]=i??this._$Ej?.get(e)??i,this._$Em=null}}requestUpdate(V,C,H,e=!1,r){if(V!==void 0){let t=this.constructor;if(e===!1&&(r=this[V]),H??=t.getPropertyOptions(V),!((H.hasChanged??J1)(r,C)||H.useDefault&&H.reflect&&r===this._$Ej?.get(V)&&!this.hasAttribute(t._$Eu(V,H))))return;this.C(V,C,H)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(V,C,{useDefault:H,reflect:e,wrapped:r},t){H&&!(this._$Ej??=new Map).has(V)&&(this._$Ej.set(V,t??C??this[V]),r!==!0||t!==void 0)||(this._$AL.has(V)||(this.hasUpdated||H||(C=void 0),this._$AL.set(V,C)),e===!0&&this._$Em!==V&&(this._$Eq??=new Set).add(V))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(C){Promise.reject(C)}let V=this.scheduleUpdate();return V!=null&&await V,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[e,r]of this._$Ep)this[e]=r;this._$Ep=void 0}let H=this.constructor.elementProperties;if(H.size>0)for(let[e,r]of H){let{wrapped:t}=r,i=this[e];t!==!0||this._$AL.has(e)||i===void 0||this.C(e,void 0,r,i)}}let V=!1,C=this._$AL;try{V=this.shouldUpdate(C),V?(this.willUpdate(C),this._$EO?.forEach(H=>H.hostUpdate?.()),this.update(C)):this._$EM()}catch(H){throw V=!1,this._$EM(),H}V&&this._$AE(C)}willUpdate(V){}_$AE(V){this._$EO?.forEach(C=>C.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(V)),this.updated(V)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(V){return!0}update(V){this._$Eq&&=this._$Eq.forEach(C=>this._$ET(C,this[C])),this._$EM()}updated(V){}firstUpdated(V){}};Y.elementStyles=[],Y.shadowRootOptions={mode:"open"},Y[y1("elementProperties")]=new Map,Y[y1("finalized")]=new Map,V0?.({ReactiveElement:Y}),(K1.reactiveElementVersions??=[]).push("2.1.2");var w2=globalThis,f5=L=>L,X1=w2.trustedTypes,O5=X1?X1.createPolicy("lit-html",{createHTML:L=>L}):void 0,y2="$lit$",C1=`lit$${Math.random().toFixed(9).slice(2)}$`,_2="?"+C1,L0=`<${_2}>`,A1=document,T1=()=>A1.createComment(""),B1=L=>L===null||typeof L!="object"&&typeof L!="function",P2=Array.isArray,P5=L=>P2(L)||typeof L?.[Symbol.iterator]=="function",b2=`[ 	
\f\r]`,P1=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,k5=/-->/g,b5=/>/g,o1=RegExp(`>|${b2}(?:([^\\s"'>=/]+)(${b2}*=${b2}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),w5=/'/g,y5=/"/g,T5=/^(?:script|style|textarea|title)$/i,T2=L=>(V,...C)=>({_$litType$:L,strings:V,values:C}),a=T2(1),m1=T2(2),l7=T2(3),y=Symbol.for("lit-noChange"),A=Symbol.for("lit-nothing"),_5=new WeakMap,n1=A1.createTreeWalker(A1,129);function B5(L,V){if(!P2(L)||!L.hasOwnProperty("raw"))throw Error("invalid template strings array");return O5!==void 0?O5.createHTML(V):V}var R5=(L,V)=>{let C=L.length-1,H=[],e,r=V===2?"<svg>":V===3?"<math>":"",t=P1;for(let i=0;i<C;i++){let o=L[i],d,s,m=-1,u=0;for(;u<o.length&&(t.lastIndex=u,s=t.exec(o),s!==null);)u=t.lastIndex,t===P1?s[1]==="!--"?t=k5:s[1]!==void 0?t=b5:s[2]!==void 0?(T5.test(s[2])&&(e=RegExp("</"+s[2],"g")),t=o1):s[3]!==void 0&&(t=o1):t===o1?s[0]===">"?(t=e??P1,m=-1):s[1]===void 0?m=-2:(m=t.lastIndex-s[2].length,d=s[1],t=s[3]===void 0?o1:s[3]==='"'?y5:w5):t===y5||t===w5?t=o1:t===k5||t===b5?t=P1:(t=o1,e=void 0);let p=t===o1&&L[i+1].startsWith("/>")?" ":"";r+=t===P1?o+L0:m>=0?(H.push(d),o.slice(0,m)+y2+o.slice(m)+C1+p):o+C1+(m===-2?i:p)}return[B5(L,r+(L[C]||"<?>")+(V===2?"</svg>":V===3?"</math>":"")),H]},R1=class L{constructor({strings:V,_$litType$:C},H){let e;this.parts=[];let r=0,t=0,i=V.length-1,o=this.parts,[d,s]=R5(V,C);if(this.el=L.createElement(d,H),n1.currentNode=this.el.content,C===2||C===3){let m=this.el.content.firstChild;m.replaceWith(...m.childNodes)}for(;(e=n1.nextNode())!==null&&o.length<i;){if(e.nodeType===1){if(e.hasAttributes())for(let m of e.getAttributeNames())if(m.endsWith(y2)){let u=s[t++],p=e.getAttribute(m).split(C1),h=/([.?@])?(.*)/.exec(u);o.push({type:1,index:r,name:h[2],strings:p,ctor:h[1]==="."?C2:h[1]==="?"?H2:h[1]==="@"?V2:l1}),e.removeAttribute(m)}else m.startsWith(C1)&&(o.push({type:6,index:r}),e.removeAttribute(m));if(T5.test(e.tagName)){let m=e.textContent.split(C1),u=m.length-1;if(u>0){e.textContent=X1?X1.emptyScript:"";for(let p=0;p<u;p++)e.append(m[p],T1()),n1.nextNode(),o.push({type:2,index:++r});e.append(m[u],T1())}}}else if(e.nodeType===8)if(e.data===_2)o.push({type:2,index:r});else{let m=-1;for(;(m=e.data.indexOf(C1,m+1))!==-1;)o.push({type:7,index:r}),m+=C1.length-1}r++}}static createElement(V,C){let H=A1.createElement("template");return H.innerHTML=V,H}};function d1(L,V,C=L,H){if(V===y)return V;let e=H!==void 0?C._$Co?.[H]:C._$Cl,r=B1(V)?void 0:V._$litDirective$;return e?.constructor!==r&&(e?._$AO?.(!1),r===void 0?e=void 0:(e=new r(L),e._$AT(L,C,H)),H!==void 0?(C._$Co??=[])[H]=e:C._$Cl=e),e!==void 0&&(V=d1(L,e._$AS(L,V.values),e,H)),V}var Y1=class{constructor(V,C){this._$AV=[],this._$AN=void 0,this._$AD=V,this._$AM=C}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(V){let{el:{content:C},parts:H}=this._$AD,e=(V?.creationScope??A1).importNode(C,!0);n1.currentNode=e;let r=n1.nextNode(),t=0,i=0,o=H[0];for(;o!==void 0;){if(t===o.index){let d;o.type===2?d=new S1(r,r.nextSibling,this,V):o.type===1?d=new o.ctor(r,o.name,o.strings,this,V):o.type===6&&(d=new L2(r,this,V)),this._$AV.push(d),o=H[++i]}t!==o?.index&&(r=n1.nextNode(),t++)}return n1.currentNode=A1,e}p(V){let C=0;for(let H of this._$AV)H!==void 0&&(H.strings!==void 0?(H._$AI(V,H,C),C+=H.strings.length-2):H._$AI(V[C])),C++}},S1=class L{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(V,C,H,e){this.type=2,this._$AH=A,this._$AN=void 0,this._$AA=V,this._$AB=C,this._$AM=H,this.options=e,this._$Cv=e?.isConnected??!0}get parentNode(){let V=this._$AA.parentNode,C=this._$AM;return C!==void 0&&V?.nodeType===11&&(V=C.parentNode),V}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(V,C=this){V=d1(this,V,C),B1(V)?V===A||V==null||V===""?(this._$AH!==A&&this._$AR(),this._$AH=A):V!==this._$AH&&V!==y&&this._(V):V._$litType$!==void 0?this.$(V):V.nodeType!==void 0?this.T(V):P5(V)?this.k(V):this._(V)}O(V){return this._$AA.parentNode.insertBefore(V,this._$AB)}T(V){this._$AH!==V&&(this._$AR(),this._$AH=this.O(V))}_(V){this._$AH!==A&&B1(this._$AH)?this._$AA.nextSibling.data=V:this.T(A1.createTextNode(V)),this._$AH=V}$(V){let{values:C,_$litType$:H}=V,e=typeof H=="number"?this._$AC(V):(H.el===void 0&&(H.el=R1.createElement(B5(H.h,H.h[0]),this.options)),H);if(this._$AH?._$AD===e)this._$AH.p(C);else{let r=new Y1(e,this),t=r.u(this.options);r.p(C),this.T(t),this._$AH=r}}_$AC(V){let C=_5.get(V.strings);return C===void 0&&_5.set(V.strings,C=new R1(V)),C}k(V){P2(this._$AH)||(this._$AH=[],this._$AR());let C=this._$AH,H,e=0;for(let r of V)e===C.length?C.push(H=new L(this.O(T1()),this.O(T1()),this,this.options)):H=C[e],H._$AI(r),e++;e<C.length&&(this._$AR(H&&H._$AB.nextSibling,e),C.length=e)}_$AR(V=this._$AA.nextSibling,C){for(this._$AP?.(!1,!0,C);V!==this._$AB;){let H=f5(V).nextSibling;f5(V).remove(),V=H}}setConnected(V){this._$AM===void 0&&(this._$Cv=V,this._$AP?.(V))}},l1=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(V,C,H,e,r){this.type=1,this._$AH=A,this._$AN=void 0,this.element=V,this.name=C,this._$AM=e,this.options=r,H.length>2||H[0]!==""||H[1]!==""?(this._$AH=Array(H.length-1).fill(new String),this.strings=H):this._$AH=A}_$AI(V,C=this,H,e){let r=this.strings,t=!1;if(r===void 0)V=d1(this,V,C,0),t=!B1(V)||V!==this._$AH&&V!==y,t&&(this._$AH=V);else{let i=V,o,d;for(V=r[0],o=0;o<r.length-1;o++)d=d1(this,i[H+o],C,o),d===y&&(d=this._$AH[o]),t||=!B1(d)||d!==this._$AH[o],d===A?V=A:V!==A&&(V+=(d??"")+r[o+1]),this._$AH[o]=d}t&&!e&&this.j(V)}j(V){V===A?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,V??"")}},C2=class extends l1{constructor(){super(...arguments),this.type=3}j(V){this.element[this.name]=V===A?void 0:V}},H2=class extends l1{constructor(){super(...arguments),this.type=4}j(V){this.element.toggleAttribute(this.name,!!V&&V!==A)}},V2=class extends l1{constructor(V,C,H,e,r){super(V,C,H,e,r),this.type=5}_$AI(V,C=this){if((V=d1(this,V,C,0)??A)===y)return;let H=this._$AH,e=V===A&&H!==A||V.capture!==H.capture||V.once!==H.once||V.passive!==H.passive,r=V!==A&&(H===A||e);e&&this.element.removeEventListener(this.name,this,H),r&&this.element.addEventListener(this.name,this,V),this._$AH=V}handleEvent(V){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,V):this._$AH.handleEvent(V)}},L2=class{constructor(V,C,H){this.element=V,this.type=6,this._$AN=void 0,this._$AM=C,this.options=H}get _$AU(){return this._$AM._$AU}_$AI(V){d1(this,V)}},$5={M:y2,P:C1,A:_2,C:1,L:R5,R:Y1,D:P5,V:d1,I:S1,H:l1,N:H2,U:V2,B:C2,F:L2},e0=w2.litHtmlPolyfillSupport;e0?.(R1,S1),(w2.litHtmlVersions??=[]).push("3.3.3");var F5=(L,V,C)=>{let H=C?.renderBefore??V,e=H._$litPart$;if(e===void 0){let r=C?.renderBefore??null;H._$litPart$=e=new S1(V.insertBefore(T1(),r),r,void 0,C??{})}return e._$AI(L),e};var B2=globalThis,Z=class extends Y{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let V=super.createRenderRoot();return this.renderOptions.renderBefore??=V.firstChild,V}update(V){let C=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(V),this._$Do=F5(C,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return y}};Z._$litElement$=!0,Z.finalized=!0,B2.litElementHydrateSupport?.({LitElement:Z});var r0=B2.litElementPolyfillSupport;r0?.({LitElement:Z});(B2.litElementVersions??=[]).push("4.2.2");var t0={attribute:!0,type:String,converter:_1,reflect:!1,hasChanged:J1},M0=(L=t0,V,C)=>{let{kind:H,metadata:e}=C,r=globalThis.litPropertyMetadata.get(e);if(r===void 0&&globalThis.litPropertyMetadata.set(e,r=new Map),H==="setter"&&((L=Object.create(L)).wrapped=!0),r.set(C.name,L),H==="accessor"){let{name:t}=C;return{set(i){let o=V.get.call(this);V.set.call(this,i),this.requestUpdate(t,o,L,!0,i)},init(i){return i!==void 0&&this.C(t,void 0,L,i),i}}}if(H==="setter"){let{name:t}=C;return function(i){let o=this[t];V.call(this,i),this.requestUpdate(t,o,L,!0,i)}}throw Error("Unsupported decorator location: "+H)};function l(L){return(V,C)=>typeof C=="object"?M0(L,V,C):((H,e,r)=>{let t=e.hasOwnProperty(r);return e.constructor.createProperty(r,H),t?Object.getOwnPropertyDescriptor(e,r):void 0})(L,V,C)}function v(L){return l({...L,state:!0,attribute:!1})}var f="ev_load_manager",t2=L=>L.callWS({type:`${f}/groups`}),E5=(L,V)=>L.callWS({type:`${f}/entities`,entry_id:V}),M2=(L,V)=>L.callWS({type:`${f}/safe_limit_log`,entry_id:V}),I5=(L,V,C)=>L.callWS({type:`${f}/recalculations`,entry_id:V,...C});function N5(L,V,{outlet:C,limit:H}){let e=C?.lastIndexOf("/")??0;return L.callWS({type:`${f}/happenings`,entry_id:V,limit:H,...C?{charger:C.slice(0,e),connector:Number(C.slice(e+1))}:{}})}var R2=(L,V,C)=>L.callWS({type:`${f}/change`,entry_id:V,...C}),i2=(L,V,C,H,e)=>L.callWS({type:`${f}/change_connector`,entry_id:V,charger:C,connector:H,...e}),W5=(L,V,C,H)=>L.callWS({type:`${f}/put_first_in_line`,entry_id:V,charger:C,connector:H}),j5=(L,V,C)=>L.callWS({type:`${f}/find_wiring`,entry_id:V,charger:C}),G5=(L,V)=>L.callWS({type:`${f}/tags`,entry_id:V}),z5=(L,V,C,H)=>L.callWS({type:`${f}/change_tags`,entry_id:V,everybody:C,tags:H}),U5=(L,V,C,H)=>L.callWS({type:`${f}/change_feeder`,entry_id:V,circuit:C,...H}),Q5=L=>typeof L=="object"&&L!==null&&"message"in L;function T(L,V){if(!Q5(V))return String(V);let{translation_domain:C,translation_key:H}=V;return(C&&H?L.localize(`component.${C}.exceptions.${H}.message`,V.translation_placeholders):"")||V.message}var D5=[1,1,2,5],r2=class{constructor(V,C,H,e){this.connection=V;this.entryId=C;this.tell=H;this.fail=e;this.stopped=!1;this.tries=0;this.again=()=>{this.end=void 0,this.tries=0,window.clearTimeout(this.timer),this.subscribe()};V.addEventListener("ready",this.again),this.subscribe()}stop(){this.stopped=!0,this.connection.removeEventListener("ready",this.again),window.clearTimeout(this.timer),this.end?.().catch(()=>{}),this.end=void 0}async subscribe(){try{let V=await this.connection.subscribeMessage(C=>{this.stopped||this.tell(C)},{type:`${f}/subscribe`,entry_id:this.entryId},{resubscribe:!1});this.tries=0,this.stopped?await V().catch(()=>{}):this.end=V}catch(V){if(this.stopped)return;if(Q5(V)&&V.translation_key==="group_not_found"){this.tell({state:"removed"});return}this.fail(V);let C=D5[Math.min(this.tries++,D5.length-1)];this.timer=window.setTimeout(()=>{this.subscribe()},C*1e3)}}};function O(L,V){customElements.get(L)||customElements.define(L,V)}var x=L=>a`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    ${m1`<path d=${L}></path>`}
  </svg>`;var F=(L,V,C,H=A)=>a`
  <div class="card">
    <div class="empty">
      ${x(L)}
      <h2>${V}</h2>
      <p class="quiet">${C}</p>
      ${H}
    </div>
  </div>
`;var g1=class{constructor(V){this.host=V;this.seen={state:"loading"};this.receivedAt=0;V.addController(this)}follow(V,C){let H=this.hass?.connection===V.connection;this.hass=V,!(this.follower&&this.followed===C&&H)&&(this.stop(),this.followed=C,this.seen={state:"loading"},this.follower=new r2(V.connection,C,e=>{this.receivedAt=performance.now(),this.seen=e,this.host.requestUpdate()},e=>{this.seen.state==="running"&&this.hass?.connected===!1||(this.seen={state:"unreachable",error:T(V,e)},this.host.requestUpdate())}))}get group(){return this.seen.state==="running"?this.seen.group:void 0}get now(){return(this.group?.now??0)+(performance.now()-this.receivedAt)/1e3}get wallClock(){return this.group?this.group.wall_clock*1e3+(performance.now()-this.receivedAt):Date.now()}hostConnected(){this.hass&&this.followed&&!this.follower&&this.follow(this.hass,this.followed)}hostDisconnected(){this.stop()}stop(){this.follower?.stop(),this.follower=void 0}};function w(L,V){return!V||L.connected!==V.connected||L.connection!==V.connection||L.locale!==V.locale||L.localize!==V.localize||L.themes!==V.themes||L.user!==V.user||L.config.components.length!==V.config.components.length}var D="/ev-load-manager";function a2(L,V){let C=V.lastIndexOf("/");return`${D}/${L}/outlet/${encodeURIComponent(V.slice(0,C))}/${V.slice(C+1)}`}function $2(L){let[,V,C,H,e]=L.split("/");if(!(!V||C!=="outlet"||!H))try{return{entryId:V,key:`${decodeURIComponent(H)}/${e||1}`}}catch{return}}var H1=L=>`/config/integrations/integration/${f}${L?`#config_entry=${L}`:""}`,q5="/config/repairs";function t1(L){history.pushState(null,"",L),window.dispatchEvent(new CustomEvent("location-changed",{detail:{replace:!1}}))}var K5=`/config/integrations/dashboard/add?domain=${f}`;var J5={title:"E-Autos laden",tabs:{now:"Jetzt",history:"Verlauf",log:"Protokoll",settings:"Einstellungen"},menu:"Seitenleiste ein- oder ausblenden",group:"Gruppe",loading:"Wird geladen …",starting:"Startet",offline:"Nicht verbunden",status_unknown:"Noch nichts gehört",outlet:"{charger}, Ladepunkt {number}",reconnecting:"Die Verbindung zu Home Assistant ist getrennt. Was du siehst, ist von vorher; es geht weiter, sobald die Verbindung wieder da ist.",stopped:{title:"Diese Gruppe läuft nicht",text:"Bis sie wieder läuft, tun ihre Ladestationen, was sie von sich aus tun. Ihr Eintrag unter „Geräte & Dienste“ sagt, warum.",open:"„Geräte & Dienste“ öffnen"},removed:{title:"Diese Gruppe wurde entfernt",text:"Ihre Ladestationen tun, was sie von sich aus tun."},unreachable:{title:"Die Gruppe kann nicht angezeigt werden",text:"Home Assistant meldet: {error} Es wird von selbst erneut versucht."},no_groups:{title:"Noch keine Gruppe von Ladestationen",admin:"Eine Gruppe sind die Ladestationen, die sich eine Sicherung teilen. Füge EV Load Manager hinzu, gib den Nennstrom der Sicherung ein und lass die Ladestationen sich verbinden.",guest:"Ein Administrator kann unter „Geräte & Dienste“ eine hinzufügen.",add:"EV Load Manager hinzufügen"},no_chargers:{title:"Noch keine Ladestation in dieser Gruppe",text:"Gib in den Einstellungen der Ladestation diese Adresse für OCPP 1.6 ein, mit einer ID deiner Wahl am Ende:",then:"Wähle danach „Ladestation hinzufügen“: Es wird gewartet, bis die Ladestation sich verbunden hat.",add:"Ladestation hinzufügen",guest:"Ein Administrator kann unter „Geräte & Dienste“ Ladestationen hinzufügen."},circuits:"Stromkreise",circuit:{grid:"Netzanschluss",group:"Gruppe",feeder:"Zuleitung",charger:"Ladestation"},bars:{of:"{current} von {limit}",unknown:"unbekannt",headroom:"{current} frei",no_headroom:"nichts frei",over:"{current} zu viel",other_load:"Übrige Last",reserved:"Vorgehalten, nicht bezogen",unavailable:"Zurzeit nicht verfügbar",phase_of:"{name}, Phase {phase}"},connector:{of_offered:"von {offered} angeboten",nothing_offered:"nichts angeboten",offered:"Angeboten",offered_help:"das Limit, das die Ladestation angenommen hat",limit:"Limit",limit_help:"was jetzt erlaubt ist",target:"Anteil",target_help:"was es bekommt, sobald die anderen gefolgt sind",reserved:"Vorgehalten",reserved_help:"dafür eingeplant, gleich wie viel bezogen wird",maximum:"Maximum",session:"{energy} in {time}",session_time:"seit {time}",id_tag:"ID-Tag",driver:"Fahrer",wiring:"Phasenbelegung",fallback:"Ohne Home Assistant",car:"Das Auto",car_needs:"braucht mindestens {current}",car_takes_less:"nimmt {current} weniger als angeboten",car_follows:"folgt innerhalb von {seconds} s",details:"Details",details_of:"Details von {name}",pause:"Pausieren",pause_of:"Laden an {name} pausieren",first:"Als Nächstes",first_of:"{name} als Nächstes an die Reihe nehmen",is_first:"Kommt als Nächstes an die Reihe.",allow:"Laden lassen",allow_of:"{name} laden lassen",stale:"von vor dem Verbindungsabbruch"},summary:{charging:{one:"{count} Auto lädt",other:"{count} Autos laden"},waiting:{one:"{count} Auto wartet",other:"{count} Autos warten"},idle:"Kein Auto lädt",temporary_limit:"{circuit} ist bis {until} auf {limit} begrenzt ({name}).",unknown:{one:"{count} unbekannte Ladestation möchte dazukommen",other:"{count} unbekannte Ladestationen möchten dazukommen"},see:"Nachsehen, wer es ist",wiring_hint:"{name} ist vielleicht anders angeschlossen, als die Einstellungen sagen.",see_wiring:"Phasenbelegung ansehen"},reason:{none:"Noch ist nichts entschieden.",no_car:"Es ist kein Auto eingesteckt.",not_started:"Ein Auto ist eingesteckt; das Laden hat noch nicht begonnen.",full_speed:"Nichts bremst das Auto: Es darf sein Maximum von {maximum} beziehen.",equal_share:"Das Auto teilt sich den Strom zu gleichen Teilen mit den anderen.",equal_share_where:"Das Auto teilt sich Phase {phase} von {circuit} zu gleichen Teilen mit den anderen.",minimum:"Es reicht nicht für alle: Jedes behält das Minimum.",minimum_where:"Auf Phase {phase} von {circuit} reicht es nicht für alle: Jedes behält das Minimum.",starting:"Das Auto hat gerade angefangen: Erst zeigt es, was es nutzen kann.",unused_current:"Das Auto nimmt weniger, als es haben könnte; der Rest geht an andere.",waiting_for_increase:"Das Auto bekommt gleich {target}: Zuerst gehen andere herunter.",too_little_to_start:"Zum Starten braucht das Auto mehr Strom, als für es da ist.",waiting_for_room:"Im Moment ist kein Strom für das Auto frei: Es lädt weiter, sobald eine Weile genug frei war.",waiting_for_room_where:"Auf Phase {phase} von {circuit} ist kein Strom frei: Das Auto lädt weiter, sobald eine Weile genug frei war.",short_pause:"Es ist wieder Strom frei: Nach einer kurzen Pause geht es weiter, weil ständiges Ein und Aus Autos und Schütze abnutzt.",waiting_for_turn:"Es reicht nicht für alle: Das Auto wartet, bis es an der Reihe ist.",finding_wiring:"Das Limit geht einige Minuten lang auf und ab, damit der Zähler zeigt, welche Phasen folgen.",imbalance:"Mehr würde die Phase im Vergleich zu den anderen zu ungleich belasten.",waiting_for_turn_where:"Auf Phase {phase} von {circuit} reicht es nicht: Das Auto wartet, bis es an der Reihe ist.",paused_by_user:"Jemand hat das Laden pausiert.",car_full:"Das Auto ist voll oder nimmt aus anderen Gründen nichts ab.",car_paused:"Das Auto nimmt gerade nichts ab; sein Minimum wird ihm vorgehalten.",safe_limit:"Dem Zähler ist nicht zu trauen: Alle teilen sich das Sicherheitslimit.",temporary_limit:"Es gilt ein befristetes Limit: Das Auto teilt, was dieses übrig lässt.",temporary_limit_where:"Für {circuit} gilt ein befristetes Limit: Das Auto teilt sich davon Phase {phase}.",charger_offline:"Die Ladestation ist nicht verbunden: Sie tut, was sie von sich aus tut, und was sie beziehen könnte, bleibt für sie frei.",not_controllable:"Die Ladestation nimmt keine Limits an; die anderen lassen ihr Platz.",does_not_obey:"Bezieht mehr als erlaubt und wird mit dem gezählt, was bezogen wird.",over_limit:"Eine Phase ist über ihrem Limit: Es wird gesenkt, bis das wieder stimmt.",over_limit_where:"Phase {phase} von {circuit} ist über dem Limit: Es wird gesenkt, bis das wieder stimmt.",balancing_off:"Das Lastmanagement ist aus: Jeder darf das Maximum beziehen.",alone:"Das Auto bekommt allen Strom, der übrig ist.",alone_where:"Das Auto bekommt alles, was auf Phase {phase} von {circuit} übrig ist."},next_turn:"Spätestens in {time} an der Reihe.",next_turn_now:"Jetzt an der Reihe.",cause:{starting:"Seit dem Start kein Messwert vom Zähler",silent:"Der Zähler war stumm",frozen:"Die Werte des Zählers änderten sich nicht",implausible:"Der Zähler zeigte unmögliche Werte"},history:{on_day:"Tag",where:"Gruppe oder Zuleitung",period:"Zeitraum",hour:"1 Stunde",six_hours:"6 Stunden",day:"1 Tag",week:"1 Woche",earlier:"Früher",later:"Später",chargers:"Strom aller Ladestationen",meter:"Strom am Netzanschluss",feeder_chargers:"Strom der Ladestationen an der Zuleitung",feeder_meter:"Strom der Zuleitung",other_load:"Übrige Last",maximum_current:"Limit",grid_maximum_current:"Netzlimit",safe_limit_period:"Sicherheitslimit",download:"Zählerwerte herunterladen (CSV)",no_recorder:"Home Assistant zeichnet keinen Verlauf auf",no_recorder_text:"Für die Diagramme werden die Integrationen Recorder und Verlauf gebraucht.",empty:"In diesem Zeitraum wurde nichts aufgezeichnet.",summary:"{name}: höchster Wert {highest}"},log:{safe_limit:"Sicherheitslimit",safe_limit_help:"Wann sich die Gruppe das Sicherheitslimit geteilt hat, weil dem Zähler nicht zu trauen war.",safe_limit_never:"Es wurde noch nie gebraucht.",safe_limit_no_meter:"Diese Gruppe hat keinen Zähler und braucht deshalb kein Sicherheitslimit.",start:"Beginn",end:"Ende",lasts:"dauert an",duration:"Dauer",cause:"Warum",limit:"Limit",recalculations:"Berechnungen",recalculations_help:"Jede Zahl, die in ein Limit einging und herauskam, für Fachleute. Der letzte Tag wird aufbewahrt.",recalculations_never:"Noch wurde nichts berechnet. Es beginnt mit dem ersten Auto.",all_chargers:"Alle Ladestationen",charger:"Ladestation",reload:"Neu laden",live:"Live",time:"Zeit",trigger:"Auslöser",mode:"Betriebsart",meter:"Zähler",other_load:"Übrige Last",available:"Verfügbar",result:"Limits",outlet:"Ladepunkt",status:"Status",measured:"Gemessen",offered:"Angeboten",new_limit:"Neues Limit",share:"Anteil",reason:"Grund",more:"Mehr anzeigen",details:"Details von {time}",modes:{off:"Aus",dynamic:"DLM",adaptive:"ALM",safe_limit:"Sicherheitslimit"},triggers:{capabilities:"Fähigkeiten der Ladestation",connection:"Verbindung",connector:"Ladepunkte",find_wiring:"Suche nach der Phasenbelegung",first_in_line:"jemand kam als Nächstes an die Reihe",identity:"Identität der Ladestation",report:"Bericht der Ladestation",limit:"Limit angenommen",meter:"Zähler",settings:"Einstellungen",status:"Status",temporary_limit:"Ende eines befristeten Limits",time:"eine Wartezeit ist um",transaction:"Ladevorgang",values:"Werte der Ladestation",wiring:"Phasenbelegung bestätigt"}},settings:{read_only:"Nur Administratoren können Einstellungen ändern.",group:"Lastmanagement",maximum_current:"Limit für alle Ladestationen",maximum_current_help:"Was alle Ladestationen zusammen beziehen dürfen, je Phase. Die Sicherung trägt {rated}.",balancing:"Dynamisches Lastmanagement (DLM)",balancing_help:"Die Ladestationen teilen sich das Limit. Aus: Jede darf ihr eigenes Maximum beziehen.",policy:"Wenn es nicht für alle reicht",policies:{take_turns:"Abwechselnd laden: Das Limit wird immer eingehalten",minimum_for_all:"Minimum für alle: Das Limit kann überschritten werden, bis zur Sicherung"},adaptive:"Adaptives Lastmanagement (ALM)",adaptive_help:"Die Autos bekommen, was das Gebäude ihnen übrig lässt.",grid_maximum_current:"Limit für Gebäude und Autos",grid_maximum_current_help:"Was das Gebäude und die Autos zusammen beziehen dürfen, je Phase. Die Hauptsicherung trägt {rated}.",safe_limit:"Sicherheitslimit",safe_limit_help:"Was sich die Ladestationen teilen, während dem Zähler nicht zu trauen ist. Es gilt auch, wenn Home Assistant ausfällt: Dann fallen die Ladestationen auf je 6 A zurück, wo das für alle zusammen hineinpasst, und hören sonst auf zu laden.",phase_choice:"Maßgebliche Phase",phase_choices:{each_phase:"Jede Phase für sich",highest_phase:"Die am stärksten belastete Phase für alle",l1:"L1 für alle",l2:"L2 für alle",l3:"L3 für alle"},no_meter:"Ohne Zähler teilen sich die Ladestationen ein festes Limit. Mit Zähler bekommen die Autos, was das Gebäude ihnen übrig lässt.",set_up_meter:"Zähler einrichten",chargers:"Ladestationen",dlm:"DLM",alm:"ALM",suited:{yes:"Geeignet",no:"Nicht geeignet",unknown:"Noch nicht bekannt"},because:{known_model:"das Modell ist dafür bekannt",takes_limits:"sie hat ein Limit angenommen",takes_no_limits:"sie hat jede Art, ein Limit zu setzen, abgelehnt",no_smart_charging:"sie gibt nicht an, dass sie sich steuern lässt",smart_charging:"sie gibt an, dass sie sich steuern lässt",reports_phases:"sie meldet den Strom jeder Phase",reports_no_phases:"sie meldet den Strom der einzelnen Phasen nicht",own_meter:"ein eigener Zähler meldet ihn",not_seen:"noch kein Ladevorgang hat es gezeigt"},feeder_help:"Was diese Zuleitung tragen darf, je Phase. Ihre Sicherung trägt {rated}.",feeder_safe_limit:"Sicherheitslimit von {name}",feeder_safe_limit_help:"Was sich die Ladestationen dieser Zuleitung teilen, während ihrem Zähler nicht zu trauen ist.",without:"Wenn Home Assistant ausfällt",fail_safe:{falls:"sie fällt nach spätestens {time} auf {fallback}",falls_soon:"sie fällt auf {fallback}",stops:"sie hört nach spätestens {time} auf zu laden",stops_soon:"sie hört auf zu laden",stays:"sie behält ihr letztes Limit oder vergisst jedes: Dann gilt, was der Installateur eingestellt hat",unknown:"vor dem ersten Ladevorgang nicht bekannt",accepted:"die Ladestation hat das angenommen",verified:"die Ladestation bestätigt das",proven:"nachgewiesen",counts:"noch nicht nachgewiesen, darum wird mit bis zu {maximum} gerechnet"},find_wiring:"Phasenbelegung herausfinden",wiring_help:"Mit einem Zähler lässt sie sich herausfinden, während hier ein Auto lädt: Das Limit geht auf und ab, und der Zähler zeigt, welche Phasen folgen.",wiring_searching:"Das Limit geht einige Minuten auf und ab. Was dabei herauskommt, steht unter Reparaturen.",connector_maximum:"Maximum",connector_maximum_of:"Maximum von {name}",unknown:"Warten auf Aufnahme",unknown_help:"Diese Ladestationen haben sich verbunden. Sie bekommen kein Limit, und kein Auto lädt, bevor du sie hinzufügst.",unknown_connected:"verbunden",unknown_gone:"nicht mehr verbunden",add:"Ladestation hinzufügen",saved:"Gespeichert",entry:"Alle Einstellungen der Gruppe",wiring_hint:"Sprünge des Autos zeigten sich beim Zähler auf {seen}. Nach der Phasenbelegung gehören sie auf {expected}. Lass die Phasenbelegung herausfinden, während ein Auto lädt: Von selbst ändert sich dabei nichts."},tags:{title:"Wer laden darf",everybody:"Jeder darf laden",everybody_help:"Ohne Liste darf jeder laden, der ein Auto einsteckt, welche Karte auch vorgehalten wird. Gesperrte in der Liste werden trotzdem abgewiesen. Ladestationen, die von selbst starten, verwenden einen festen ID-Tag, der in der Liste stehen muss, wenn dies aus ist.",name:"Name",id_tag:"ID-Tag",expires:"Letzter Tag",group:"Kartengruppe",blocked:"Gesperrt",add:"Karte hinzufügen",remove:"{name} entfernen",save:"Liste speichern",seen:"Zuletzt vorgehalten",seen_help:"Halte eine Karte an eine Ladestation: Sie erscheint hier und bekommt einen Namen.",learn:"{tag} einen Namen geben",nobody:"Noch steht niemand in der Liste."},card:{group:"Gruppe",open:"Seite öffnen",outlet:"Ladepunkt",feeder:"Zuleitung",of_group:{name:"EV Load Manager",description:"Wer mit wie viel lädt und warum."},of_outlet:{name:"EV Load Manager: ein Ladepunkt",description:"Was das Auto an einem Ladepunkt bekommt und warum."},of_feeder:{name:"EV Load Manager: eine Zuleitung",description:"Was durch eine Zuleitung fließt und wer dahinter lädt."},of_cars:{name:"EV Load Manager: Autos",description:"Nur die Autos, ohne die Stromkreise, die sie speisen."}},no_outlet:{title:"Diesen Ladepunkt gibt es nicht",text:"Seine Ladestation wurde entfernt oder ersetzt."},no_outlets_behind:"An dieser Zuleitung hängt keine Ladestation.",one_outlet:{all:"Alle Ladepunkte",fed_by:"Woher der Strom kommt",copy:"Adresse kopieren",copied:"Kopiert"},happened:{title:"Was geschehen ist",help:"Wer mehr oder weniger bekam und warum: der letzte Tag, seit dem Start von Home Assistant.",nothing:"Seit dem Start von Home Assistant ist nichts geschehen.",yesterday:"Gestern",began:"{outlet}: Ein Ladevorgang hat begonnen.",ended:"{outlet}: Der Ladevorgang ist beendet.",up:"{outlet} steigt auf {limit}",up_some:"{outlet} bekommen mehr",down:"{outlet} sinkt auf {limit}",down_some:"{outlet} bekommen weniger",paused:"{outlet} pausiert",goes_on:"{outlet} lädt weiter mit {limit}",goes_on_some:"{outlet} laden weiter",because:"{changed}: {why}.",and_others:"{names} und {count} andere",lost:"{outlet}: Die Verbindung ist weg.",back:"{outlet}: wieder verbunden.",meter_back:"Der Zähler ist wieder da: Die Autos bekommen, was das Gebäude übrig lässt.",cause:{silent:"Der Zähler ist verstummt: Die Autos teilen sich das Sicherheitslimit.",frozen:"Die Werte des Zählers bewegen sich nicht mehr: Die Autos teilen sich das Sicherheitslimit.",implausible:"Der Zähler zeigt unmögliche Werte: Die Autos teilen sich das Sicherheitslimit."},setting:"{setting}: {after} statt {before}.",setting_on:"{setting}: eingeschaltet.",setting_off:"{setting}: ausgeschaltet.",setting_choice:"{setting}: {after}.",why:{setting:"ein Limit wurde geändert",safe_limit_began:"dem Zähler ist nicht zu trauen",meter_back:"der Zähler ist wieder da",more_cars:"ein weiteres Auto lädt",fewer_cars:"ein anderes Auto hat aufgehört",other_load_rose:"das Gebäude bezieht mehr auf {phase}",other_load_rose_feeder:"was sonst an {circuit} hängt, bezieht mehr auf {phase}",other_load_fell:"das Gebäude bezieht weniger auf {phase}",other_load_fell_feeder:"was sonst an {circuit} hängt, bezieht weniger auf {phase}",allowed:"niemand pausiert es mehr",full_speed:"nichts bremst es",equal_share:"es teilt mit den anderen",equal_share_where:"es teilt sich {phase} von {circuit}",minimum:"es reicht nicht für alle",starting:"es hat gerade angefangen",unused_current:"das Auto nimmt weniger, als es haben könnte",waiting_for_increase:"andere sind heruntergegangen",waiting_for_turn:"es wartet, bis es an der Reihe ist",waiting_for_room:"es ist kein Strom frei",waiting_for_room_where:"auf {phase} von {circuit} ist kein Strom frei",too_little_to_start:"zum Starten reicht es nicht",paused_by_user:"jemand hat es pausiert",car_full:"das Auto ist voll oder nimmt nichts ab",car_paused:"das Auto nimmt gerade nichts ab",safe_limit:"das Sicherheitslimit gilt",temporary_limit:"ein befristetes Limit gilt",charger_offline:"die Ladestation ist nicht verbunden",not_controllable:"die Ladestation nimmt keine Limits an",does_not_obey:"es bezieht mehr als erlaubt",over_limit:"eine Phase ist über ihrem Limit",over_limit_where:"{phase} von {circuit} ist über dem Limit",balancing_off:"das Lastmanagement ist aus",imbalance:"die Phase würde zu ungleich belastet",finding_wiring:"die Phasenbelegung wird gesucht"}},now_cause:{starting:"Der Zähler hat seit dem Start nichts gemeldet.",silent:"Der Zähler ist stumm.",frozen:"Die Werte des Zählers ändern sich nicht.",implausible:"Der Zähler zeigt unmögliche Werte.",shared:"Bis er wieder da ist, teilen sich die Autos das Sicherheitslimit von {limit}.",nobody:"Niemand lädt, bis er wieder da ist: Das Sicherheitslimit von {limit} ist für ein Auto zu niedrig."},outlets:"Ladepunkte"};var o2={title:"EV charging",tabs:{now:"Now",history:"History",log:"Log",settings:"Settings"},menu:"Show or hide the sidebar",group:"Group",loading:"Loading…",starting:"Starting",offline:"Not connected",status_unknown:"Nothing heard yet",outlet:"{charger}, outlet {number}",reconnecting:"The connection to Home Assistant is lost. What you see is from before; it goes on as soon as the connection is back.",stopped:{title:"This group is not running",text:"Until it runs again, its chargers do what they do on their own. Its entry under Devices & services tells why.",open:"Open Devices & services"},removed:{title:"This group was removed",text:"Its chargers do what they do on their own."},unreachable:{title:"The group can't be shown",text:"Home Assistant says: {error} It is tried again by itself."},no_groups:{title:"No group of chargers yet",admin:"A group is the chargers that share one fuse. Add EV Load Manager, enter the rated current of the fuse, and let the chargers connect.",guest:"An administrator can add one under Devices & services.",add:"Add EV Load Manager"},no_chargers:{title:"No charger in this group yet",text:"In the settings of the charger, enter this address for OCPP 1.6, with an ID of your choice at its end:",then:"Then choose Add charger: it waits until the charger has connected.",add:"Add charger",guest:"An administrator can add chargers under Devices & services."},circuits:"Circuits",circuit:{grid:"Grid connection",group:"Group",feeder:"Feeder",charger:"Charger"},bars:{of:"{current} of {limit}",unknown:"unknown",headroom:"{current} free",no_headroom:"nothing free",over:"{current} too much",other_load:"Other load",reserved:"Set aside, not drawn",unavailable:"Not available at present",phase_of:"{name}, phase {phase}"},connector:{of_offered:"of {offered} offered",nothing_offered:"nothing offered",offered:"Offered",offered_help:"the limit that the charger has accepted",limit:"Limit",limit_help:"what it may have now",target:"Share",target_help:"what it gets once the others have followed",reserved:"Set aside",reserved_help:"counted for it, whatever it draws",maximum:"Maximum",session:"{energy} in {time}",session_time:"for {time}",id_tag:"ID tag",driver:"Driver",wiring:"Wiring",fallback:"Without Home Assistant",car:"The car",car_needs:"needs at least {current}",car_takes_less:"takes {current} less than offered",car_follows:"follows within {seconds} s",details:"Details",details_of:"Details of {name}",pause:"Pause",pause_of:"Pause charging at {name}",first:"Next",first_of:"Give the next turn to {name}",is_first:"It is first in line.",allow:"Let it charge",allow_of:"Let {name} charge",stale:"from before the connection was lost"},summary:{charging:{one:"{count} car charges",other:"{count} cars charge"},waiting:{one:"{count} car waits",other:"{count} cars wait"},idle:"No car charges",temporary_limit:"{circuit} is limited to {limit} until {until} ({name}).",unknown:{one:"{count} unknown charger wants to join",other:"{count} unknown chargers want to join"},see:"See who it is",wiring_hint:"{name} may be wired in another way than its settings say.",see_wiring:"See its wiring"},reason:{none:"Nothing is decided yet.",no_car:"No car is plugged in.",not_started:"A car is plugged in; charging has not started.",full_speed:"Nothing holds it back: it may draw its maximum of {maximum}.",equal_share:"It shares the current equally with the others.",equal_share_where:"It shares phase {phase} of {circuit} equally with the others.",minimum:"There is too little for all: everyone keeps the minimum.",minimum_where:"There is too little for all on phase {phase} of {circuit}: everyone keeps the minimum.",starting:"It has just started: first it shows what it can use.",unused_current:"The car takes less than it could have; the rest goes to others.",waiting_for_increase:"It gets {target} in a moment: others come down first.",too_little_to_start:"It needs more current to start than there is for it.",waiting_for_room:"There is no room for it at the moment: it goes on once there has been room for a while.",waiting_for_room_where:"There is no room for it on phase {phase} of {circuit}: it goes on once there has been room for a while.",short_pause:"There is room again: it goes on after a short pause, because stop and go wears cars and contactors.",waiting_for_turn:"There is not enough for everyone: it waits for its turn.",finding_wiring:"Its limit goes up and down for some minutes, so that the meter shows which phases follow.",imbalance:"More would load its phase too unevenly beside the others.",waiting_for_turn_where:"There is not enough on phase {phase} of {circuit}: it waits for its turn.",paused_by_user:"Somebody paused it.",car_full:"The car is full or takes nothing for other reasons.",car_paused:"The car takes nothing at the moment; its minimum is kept for it.",safe_limit:"The meter can't be trusted: all share the safe limit.",temporary_limit:"A temporary limit holds: it shares what that leaves.",temporary_limit_where:"A temporary limit holds for {circuit}: it shares phase {phase} of it.",charger_offline:"The charger is not connected: it does what it does on its own, and what it may draw is kept for it.",not_controllable:"The charger takes no limits; the others leave room for it.",does_not_obey:"It draws more than it may and is counted with what it draws.",over_limit:"A phase is over its limit: it is lowered until that holds.",over_limit_where:"Phase {phase} of {circuit} is over its limit: it is lowered until that holds.",balancing_off:"Load management is off: everyone may draw the maximum.",alone:"It gets all the current that is left.",alone_where:"It gets all that is left on phase {phase} of {circuit}."},next_turn:"Its turn comes in {time} at the latest.",next_turn_now:"Its turn comes now.",cause:{starting:"No reading of the meter since the start",silent:"The meter was silent",frozen:"The meter's values did not change",implausible:"The meter showed impossible values"},history:{on_day:"Day",where:"Group or feeder",period:"Period",hour:"1 hour",six_hours:"6 hours",day:"1 day",week:"1 week",earlier:"Earlier",later:"Later",chargers:"Current of all chargers",meter:"Current at the grid connection",feeder_chargers:"Current of the feeder's chargers",feeder_meter:"Current through the feeder",other_load:"Other load",maximum_current:"Limit",grid_maximum_current:"Grid limit",safe_limit_period:"Safe limit",download:"Download the meter's values (CSV)",no_recorder:"Home Assistant keeps no history",no_recorder_text:"The recorder and history integrations are needed for the charts.",empty:"Nothing was recorded in this period.",summary:"{name}: highest {highest}"},log:{safe_limit:"Safe limit",safe_limit_help:"When the group shared the safe limit because the meter could not be trusted.",safe_limit_never:"It has never been needed.",safe_limit_no_meter:"This group has no meter, so it needs no safe limit.",start:"Start",end:"End",lasts:"ongoing",duration:"Duration",cause:"Why",limit:"Limit",recalculations:"Calculations",recalculations_help:"Every number that went into a limit and came out of it, for experts. The last day is kept.",recalculations_never:"Nothing was calculated yet. It begins with the first car.",all_chargers:"All chargers",charger:"Charger",reload:"Reload",live:"Live",time:"Time",trigger:"Because of",mode:"Mode",meter:"Meter",other_load:"Other load",available:"Available",result:"Limits",outlet:"Outlet",status:"Status",measured:"Measured",offered:"Offered",new_limit:"New limit",share:"Share",reason:"Reason",more:"Show more",details:"Details of {time}",modes:{off:"Off",dynamic:"DLM",adaptive:"ALM",safe_limit:"Safe limit"},triggers:{capabilities:"charger's abilities",connection:"connection",connector:"outlets",find_wiring:"search for the wiring",first_in_line:"somebody put first",identity:"charger's identity",report:"charger's report",limit:"limit accepted",meter:"meter",settings:"settings",status:"status",temporary_limit:"end of a temporary limit",time:"a waiting time is over",transaction:"session",values:"charger's values",wiring:"wiring confirmed"}},settings:{read_only:"Only administrators can change settings.",group:"Load management",maximum_current:"Limit for all chargers",maximum_current_help:"What all chargers together may draw, per phase. The fuse carries {rated}.",balancing:"Dynamic load management (DLM)",balancing_help:"The chargers share the limit. Off: each may draw its own maximum.",policy:"When there is too little for all",policies:{take_turns:"Take turns: the limit always holds",minimum_for_all:"Minimum for all: the limit may be exceeded, up to the fuse"},adaptive:"Adaptive load management (ALM)",adaptive_help:"The cars get what the building leaves them.",grid_maximum_current:"Limit for building and cars",grid_maximum_current_help:"What the building and the cars together may draw, per phase. The main fuse carries {rated}.",safe_limit:"Safe limit",safe_limit_help:"What the chargers share while the meter can't be trusted. It also counts when Home Assistant stops: chargers then fall to 6 A each where that fits into it for all of them, and stop charging where it doesn't.",phase_choice:"Phase that counts",phase_choices:{each_phase:"Each phase for itself",highest_phase:"The most loaded phase for all",l1:"L1 for all",l2:"L2 for all",l3:"L3 for all"},no_meter:"Without a meter the chargers share a fixed limit. With one the cars get what the building leaves them.",set_up_meter:"Set up a meter",chargers:"Chargers",dlm:"DLM",alm:"ALM",suited:{yes:"Suited",no:"Not suited",unknown:"Not known yet"},because:{known_model:"the model is known for it",takes_limits:"it took a limit",takes_no_limits:"it refused every way of setting a limit",no_smart_charging:"it does not say that it can be controlled",smart_charging:"it says that it can be controlled",reports_phases:"it reports the current of each phase",reports_no_phases:"it does not report the current of each phase",own_meter:"a meter of its own reports it",not_seen:"no session has shown it yet"},feeder_help:"What this feeder may carry, per phase. Its fuse carries {rated}.",feeder_safe_limit:"Safe limit of {name}",feeder_safe_limit_help:"What the chargers of this feeder share while its meter can't be trusted.",without:"If Home Assistant stops",fail_safe:{falls:"it falls to {fallback} after {time} at the latest",falls_soon:"it falls to {fallback}",stops:"it stops charging after {time} at the latest",stops_soon:"it stops charging",stays:"it keeps its last limit, or forgets every limit: the installer's setting is what holds",unknown:"not known before the first session",accepted:"the charger accepted that",verified:"the charger confirms that",proven:"proven",counts:"not proven yet, so up to {maximum} are expected of it"},find_wiring:"Find the wiring",wiring_help:"With a meter it can be found while a car charges here: its limit goes up and down, and the meter shows which phases follow.",wiring_searching:"Its limit goes up and down for some minutes. What is found is told under Repairs.",connector_maximum:"Maximum",connector_maximum_of:"Maximum of {name}",unknown:"Waiting to be accepted",unknown_help:"These chargers have connected. They get no limit and no car charges before you add them.",unknown_connected:"connected",unknown_gone:"not connected any more",add:"Add charger",saved:"Saved",entry:"All settings of the group",wiring_hint:"Steps of its car showed on {seen} of the meter. By its wiring they should show on {expected}. Find the wiring while a car charges: it changes nothing by itself."},tags:{title:"Who may charge",everybody:"Everybody may charge",everybody_help:"Without a list whoever plugs in a car may charge, whatever card is shown. Blocked ones of the list are refused all the same. Chargers that start by themselves use a fixed ID tag, which has to be in the list if this is off.",name:"Name",id_tag:"ID tag",expires:"Last day",group:"Group of cards",blocked:"Blocked",add:"Add a card",remove:"Remove {name}",save:"Save the list",seen:"Held up lately",seen_help:"Hold a card up to a charger: it shows up here, to be given a name.",learn:"Give {tag} a name",nobody:"Nobody is in the list yet."},card:{group:"Group",open:"Open the page",outlet:"Outlet",feeder:"Feeder",of_group:{name:"EV Load Manager",description:"Who charges with how much, and why."},of_outlet:{name:"EV Load Manager: one outlet",description:"What the car at one outlet gets, and why."},of_feeder:{name:"EV Load Manager: one feeder",description:"What flows through one feeder, and who charges behind it."},of_cars:{name:"EV Load Manager: cars",description:"The cars alone, without the circuits that feed them."}},no_outlet:{title:"This outlet is not there",text:"Its charger was removed or replaced."},no_outlets_behind:"No charger hangs on this feeder.",one_outlet:{all:"All outlets",fed_by:"What feeds it",copy:"Copy its address",copied:"Copied"},happened:{title:"What happened",help:"Who got more or less, and why: the last day, since Home Assistant was started.",nothing:"Nothing has happened since Home Assistant was started.",yesterday:"Yesterday",began:"{outlet}: a session has begun.",ended:"{outlet}: the session has ended.",up:"{outlet} up to {limit}",up_some:"{outlet} get more",down:"{outlet} down to {limit}",down_some:"{outlet} get less",paused:"{outlet} paused",goes_on:"{outlet} goes on with {limit}",goes_on_some:"{outlet} go on",because:"{changed}: {why}.",and_others:"{names} and {count} others",lost:"{outlet}: the connection is lost.",back:"{outlet}: connected again.",meter_back:"The meter is back: the cars get what the building leaves them.",cause:{silent:"The meter has fallen silent: the cars share the safe limit.",frozen:"The meter's values have stopped moving: the cars share the safe limit.",implausible:"The meter shows impossible values: the cars share the safe limit."},setting:"{setting}: {after} instead of {before}.",setting_on:"{setting}: switched on.",setting_off:"{setting}: switched off.",setting_choice:"{setting}: {after}.",why:{setting:"a limit was changed",safe_limit_began:"the meter can't be trusted",meter_back:"the meter is back",more_cars:"another car charges",fewer_cars:"another car has stopped",other_load_rose:"the building draws more on {phase}",other_load_rose_feeder:"what else hangs on {circuit} draws more on {phase}",other_load_fell:"the building draws less on {phase}",other_load_fell_feeder:"what else hangs on {circuit} draws less on {phase}",allowed:"nobody pauses it any more",full_speed:"nothing holds it back",equal_share:"it shares with the others",equal_share_where:"it shares {phase} of {circuit}",minimum:"there is too little for all",starting:"it has just started",unused_current:"the car takes less than it could have",waiting_for_increase:"others have come down",waiting_for_turn:"it waits for its turn",waiting_for_room:"there is no room for it",waiting_for_room_where:"there is no room on {phase} of {circuit}",too_little_to_start:"there is too little for it to start",paused_by_user:"somebody paused it",car_full:"the car is full or takes nothing",car_paused:"the car takes nothing at the moment",safe_limit:"the safe limit holds",temporary_limit:"a temporary limit holds",charger_offline:"its charger is not connected",not_controllable:"its charger takes no limits",does_not_obey:"it draws more than it may",over_limit:"a phase is over its limit",over_limit_where:"{phase} of {circuit} is over its limit",balancing_off:"load management is off",imbalance:"its phase would be loaded too unevenly",finding_wiring:"its wiring is being looked for"}},now_cause:{starting:"The meter has told nothing since the start.",silent:"The meter is silent.",frozen:"The meter's values do not change.",implausible:"The meter shows impossible values.",shared:"Until it is back, the cars share the safe limit of {limit}.",nobody:"Nobody charges until it is back: the safe limit of {limit} is too low for a car."},outlets:"Outlets"};var X5={title:"Sähköautojen lataus",tabs:{now:"Nyt",history:"Historia",log:"Loki",settings:"Asetukset"},menu:"Näytä tai piilota sivupalkki",group:"Ryhmä",loading:"Ladataan…",starting:"Käynnistyy",offline:"Ei yhdistetty",status_unknown:"Ei vielä tietoa",outlet:"{charger}, latauspiste {number}",reconnecting:"Yhteys Home Assistantiin on katkennut. Näet aiempia tietoja; näyttö jatkuu heti, kun yhteys palaa.",stopped:{title:"Tämä ryhmä ei ole käynnissä",text:"Kunnes se on taas käynnissä, sen latauslaitteet toimivat itsekseen. Syy näkyy sen kohdalla sivulla Laitteet & palvelut.",open:"Avaa Laitteet & palvelut"},removed:{title:"Tämä ryhmä poistettiin",text:"Sen latauslaitteet toimivat niin kuin ne itsekseen toimivat."},unreachable:{title:"Ryhmää ei voi näyttää",text:"Home Assistant ilmoittaa: {error} Sitä yritetään uudelleen itsestään."},no_groups:{title:"Ei vielä latausryhmää",admin:"Ryhmän muodostavat latauslaitteet, joilla on yhteinen sulake. Lisää EV Load Manager, anna sulakkeen nimellisvirta ja anna latauslaitteiden ottaa yhteyttä.",guest:"Järjestelmänvalvoja voi lisätä ryhmän sivulla Laitteet & palvelut.",add:"Lisää EV Load Manager"},no_chargers:{title:"Tässä ryhmässä ei ole vielä latauslaitetta",text:"Anna latauslaitteen asetuksissa OCPP 1.6:lle tämä osoite ja sen loppuun valitsemasi tunnus:",then:"Valitse sitten Lisää latauslaite: se odottaa, kunnes latauslaite on ottanut yhteyden.",add:"Lisää latauslaite",guest:"Järjestelmänvalvoja voi lisätä latauslaitteita sivulla Laitteet & palvelut."},circuits:"Virtapiirit",circuit:{grid:"Sähköliittymä",group:"Ryhmä",feeder:"Syöttöjohto",charger:"Latauslaite"},bars:{of:"{current} / {limit}",unknown:"tuntematon",headroom:"{current} vapaana",no_headroom:"ei mitään vapaana",over:"{current} liikaa",other_load:"Muu kuorma",reserved:"Varattu, ei käytössä",unavailable:"Ei juuri nyt käytettävissä",phase_of:"{name}, vaihe {phase}"},connector:{of_offered:"tarjottu {offered}",nothing_offered:"mitään ei tarjottu",offered:"Tarjottu",offered_help:"raja, jonka latauslaite on hyväksynyt",limit:"Raja",limit_help:"mitä se saa nyt ottaa",target:"Osuus",target_help:"mitä se saa, kun muut ovat ehtineet mukaan",reserved:"Varattu",reserved_help:"lasketaan sille, ottipa se mitä tahansa",maximum:"Enimmäisarvo",session:"{energy} ajassa {time}",session_time:"kesto {time}",id_tag:"Tunniste",driver:"Lataaja",wiring:"Vaihekytkentä",fallback:"Ilman Home Assistantia",car:"Auto",car_needs:"tarvitsee vähintään {current}",car_takes_less:"ottaa {current} vähemmän kuin tarjotaan",car_follows:"seuraa {seconds} sekunnissa",details:"Lisätiedot",details_of:"Lisätiedot: {name}",pause:"Keskeytä",pause_of:"Keskeytä lataus: {name}",first:"Seuraavaksi",first_of:"Anna seuraava vuoro: {name}",is_first:"Se on seuraavaksi vuorossa.",allow:"Salli lataus",allow_of:"Salli lataus: {name}",stale:"ennen yhteyden katkeamista"},summary:{charging:{one:"{count} auto lataa",other:"{count} autoa lataa"},waiting:{one:"{count} auto odottaa",other:"{count} autoa odottaa"},idle:"Mikään auto ei lataa",temporary_limit:"{circuit}: rajana {limit}, päättyy {until} ({name}).",unknown:{one:"{count} tuntematon latauslaite haluaa mukaan",other:"{count} tuntematonta latauslaitetta haluaa mukaan"},see:"Katso, mikä se on",wiring_hint:"{name} on ehkä kytketty toisin kuin asetuksissa.",see_wiring:"Katso vaihekytkentä"},reason:{none:"Mitään ei ole vielä päätetty.",no_car:"Autoa ei ole kytketty.",not_started:"Auto on kytketty; lataus ei ole alkanut.",full_speed:"Mikään ei rajoita: se saa ottaa oman enimmäisarvonsa {maximum}.",equal_share:"Se jakaa virran tasan muiden kanssa.",equal_share_where:"Se jakaa vaiheen {phase} tasan muiden kanssa ({circuit}).",minimum:"Virta ei riitä kaikille: jokainen saa vähimmäisvirran.",minimum_where:"Vaihe {phase} ei riitä kaikille ({circuit}): jokainen saa vähimmäisvirran.",starting:"Se on juuri aloittanut: ensin se näyttää, mitä se voi käyttää.",unused_current:"Auto ottaa vähemmän kuin voisi; loput menee muille.",waiting_for_increase:"Se saa hetken päästä {target}: ensin muut laskevat.",too_little_to_start:"Se tarvitsee aloittamiseen enemmän virtaa kuin sille on tarjolla.",waiting_for_room:"Sille ei ole nyt vapaata virtaa: lataus jatkuu, kun virtaa on ollut hetken vapaana.",waiting_for_room_where:"Vaiheessa {phase} ({circuit}) ei ole vapaata virtaa: lataus jatkuu, kun virtaa on ollut hetken vapaana.",short_pause:"Virtaa on taas vapaana: lataus jatkuu lyhyen tauon jälkeen, sillä jatkuva katkominen kuluttaa autoja ja kontaktoreita.",waiting_for_turn:"Virta ei riitä kaikille: se odottaa vuoroaan.",finding_wiring:"Raja nousee ja laskee muutaman minuutin ajan, jotta mittarista nähdään, mitkä vaiheet seuraavat sitä.",imbalance:"Suurempi virta kuormittaisi sen vaihetta liian epätasaisesti muihin nähden.",waiting_for_turn_where:"Vaihe {phase} ei riitä kaikille ({circuit}): se odottaa vuoroaan.",paused_by_user:"Joku on keskeyttänyt sen.",car_full:"Auto on täynnä tai ei ota virtaa muusta syystä.",car_paused:"Auto ei ota juuri nyt virtaa; sen vähimmäisvirta pidetään sille varattuna.",safe_limit:"Mittariin ei voi luottaa: kaikki jakavat turvarajan.",temporary_limit:"Tilapäinen raja on voimassa: se jakaa sen, mitä jää.",temporary_limit_where:"Tilapäinen raja on voimassa ({circuit}): se jakaa vaiheen {phase}.",charger_offline:"Latauslaite ei ole yhdistettynä: se toimii itsekseen, ja virta, jonka se voi ottaa, pidetään sille varattuna.",not_controllable:"Latauslaite ei hyväksy rajoja; muut jättävät sille tilaa.",does_not_obey:"Se ottaa enemmän virtaa kuin saisi, ja sille lasketaan se, mitä se ottaa.",over_limit:"Vaihe on yli rajansa: virtaa lasketaan, kunnes raja pitää.",over_limit_where:"Vaihe {phase} on yli rajansa ({circuit}): virtaa lasketaan, kunnes raja pitää.",balancing_off:"Kuormanhallinta ei ole käytössä: kaikki saavat ottaa enimmäisarvonsa.",alone:"Se saa kaiken jäljellä olevan virran.",alone_where:"Se saa kaiken, mitä vaiheessa {phase} on jäljellä ({circuit})."},next_turn:"Sen vuoro tulee viimeistään {time} kuluttua.",next_turn_now:"Sen vuoro tulee nyt.",cause:{starting:"Ei mittarin lukemaa käynnistyksen jälkeen",silent:"Mittari oli hiljaa",frozen:"Mittarin arvot eivät muuttuneet",implausible:"Mittari näytti mahdottomia arvoja"},history:{on_day:"Päivä",where:"Ryhmä tai syöttöjohto",period:"Ajanjakso",hour:"1 tunti",six_hours:"6 tuntia",day:"1 vuorokausi",week:"1 viikko",earlier:"Aiemmat",later:"Myöhemmät",chargers:"Kaikkien latauslaitteiden virta",meter:"Sähköliittymän virta",feeder_chargers:"Syöttöjohdon latauslaitteiden virta",feeder_meter:"Syöttöjohdon virta",other_load:"Muu kuorma",maximum_current:"Raja",grid_maximum_current:"Liittymän raja",safe_limit_period:"Turvaraja",download:"Lataa mittarin arvot (CSV)",no_recorder:"Home Assistant ei tallenna historiaa",no_recorder_text:"Kaaviot tarvitsevat tallennin- (recorder) ja historiaintegraatiot.",empty:"Tältä jaksolta ei ole tallennettu mitään.",summary:"{name}: suurin {highest}"},log:{safe_limit:"Turvaraja",safe_limit_help:"Milloin ryhmä jakoi turvarajan, koska mittariin ei voinut luottaa.",safe_limit_never:"Sitä ei ole koskaan tarvittu.",safe_limit_no_meter:"Tällä ryhmällä ei ole mittaria, joten se ei tarvitse turvarajaa.",start:"Alku",end:"Loppu",lasts:"kestää yhä",duration:"Kesto",cause:"Miksi",limit:"Raja",recalculations:"Laskelmat",recalculations_help:"Kaikki luvut, joista rajat laskettiin, ja tulokset, asiantuntijoille. Viimeisin vuorokausi säilytetään.",recalculations_never:"Mitään ei ole vielä laskettu. Laskenta alkaa ensimmäisestä autosta.",all_chargers:"Kaikki latauslaitteet",charger:"Latauslaite",reload:"Lataa uudelleen",live:"Reaaliajassa",time:"Aika",trigger:"Aiheuttaja",mode:"Tila",meter:"Mittari",other_load:"Muu kuorma",available:"Käytettävissä",result:"Rajat",outlet:"Latauspiste",status:"Tila",measured:"Mitattu",offered:"Tarjottu",new_limit:"Uusi raja",share:"Osuus",reason:"Syy",more:"Näytä lisää",details:"Lisätiedot: {time}",modes:{off:"Pois",dynamic:"DLM",adaptive:"ALM",safe_limit:"Turvaraja"},triggers:{capabilities:"latauslaitteen kyvyt",connection:"yhteys",connector:"latauspisteet",find_wiring:"vaihekytkennän selvitys",first_in_line:"joku asetettu seuraavaksi",identity:"latauslaitteen tiedot",report:"latauslaitteen ilmoitus",limit:"raja hyväksytty",meter:"mittari",settings:"asetukset",status:"tila",temporary_limit:"tilapäisen rajan päättyminen",time:"odotusaika on kulunut",transaction:"lataustapahtuma",values:"latauslaitteen arvot",wiring:"vaihekytkentä vahvistettu"}},settings:{read_only:"Vain järjestelmänvalvojat voivat muuttaa asetuksia.",group:"Kuormanhallinta",maximum_current:"Kaikkien latauslaitteiden raja",maximum_current_help:"Kuinka paljon kaikki latauslaitteet saavat yhteensä ottaa, vaihetta kohden. Sulake kestää {rated}.",balancing:"Dynaaminen kuormanhallinta (DLM)",balancing_help:"Latauslaitteet jakavat rajan. Pois: jokainen saa ottaa oman enimmäisarvonsa.",policy:"Kun virta ei riitä kaikille",policies:{take_turns:"Vuorotellen: raja pitää aina",minimum_for_all:"Vähimmäisvirta kaikille: raja voi ylittyä sulakkeen kestoon asti"},adaptive:"Mukautuva kuormanhallinta (ALM)",adaptive_help:"Autot saavat sen, minkä kiinteistö niille jättää.",grid_maximum_current:"Kiinteistön ja autojen raja",grid_maximum_current_help:"Kuinka paljon kiinteistö ja autot saavat yhteensä ottaa, vaihetta kohden. Pääsulake kestää {rated}.",safe_limit:"Turvaraja",safe_limit_help:"Minkä latauslaitteet jakavat, kun mittariin ei voi luottaa. Se pätee myös, kun Home Assistant pysähtyy: latauslaitteet putoavat silloin 6 ampeeriin, jos se mahtuu rajaan kaikille yhteensä, ja muuten ne lopettavat latauksen.",phase_choice:"Ratkaiseva vaihe",phase_choices:{each_phase:"Jokainen vaihe erikseen",highest_phase:"Kuormitetuin vaihe kaikille",l1:"L1 kaikille",l2:"L2 kaikille",l3:"L3 kaikille"},no_meter:"Ilman mittaria latauslaitteet jakavat kiinteän rajan. Mittarin avulla autot saavat sen, minkä kiinteistö niille jättää.",set_up_meter:"Ota mittari käyttöön",chargers:"Latauslaitteet",dlm:"DLM",alm:"ALM",suited:{yes:"Soveltuu",no:"Ei sovellu",unknown:"Ei vielä tiedossa"},because:{known_model:"malli tunnetaan soveltuvaksi",takes_limits:"se hyväksyi rajan",takes_no_limits:"se ei hyväksynyt rajaa millään tavalla",no_smart_charging:"se ei kerro, että sitä voi ohjata",smart_charging:"se kertoo, että sitä voi ohjata",reports_phases:"se kertoo jokaisen vaiheen virran",reports_no_phases:"se ei kerro jokaisen vaiheen virtaa",own_meter:"oma mittari kertoo sen",not_seen:"mikään lataustapahtuma ei ole vielä näyttänyt sitä"},feeder_help:"Kuinka paljon tämä syöttöjohto saa kuljettaa, vaihetta kohden. Sen sulake kestää {rated}.",feeder_safe_limit:"Turvaraja: {name}",feeder_safe_limit_help:"Minkä tämän syöttöjohdon latauslaitteet jakavat, kun sen mittariin ei voi luottaa.",without:"Jos Home Assistant pysähtyy",fail_safe:{falls:"virta laskee arvoon {fallback} viimeistään {time} kuluttua",falls_soon:"virta laskee arvoon {fallback}",stops:"lataus loppuu viimeistään {time} kuluttua",stops_soon:"lataus loppuu",stays:"se säilyttää viimeisen rajansa tai unohtaa kaikki rajat: asentajan asetus ratkaisee",unknown:"ei tiedossa ennen ensimmäistä lataustapahtumaa",accepted:"latauslaite hyväksyi sen",verified:"latauslaite vahvistaa sen",proven:"todennettu",counts:"ei vielä osoitettu, joten laskelmissa käytetään arvoa {maximum}"},find_wiring:"Selvitä vaihekytkentä",wiring_help:"Mittarin avulla sen voi selvittää, kun auto lataa tässä: raja nousee ja laskee, ja mittari näyttää, mitkä vaiheet seuraavat.",wiring_searching:"Raja nousee ja laskee muutaman minuutin ajan. Tulos kerrotaan kohdassa Korjaukset.",connector_maximum:"Enimmäisarvo",connector_maximum_of:"Enimmäisarvo: {name}",unknown:"Odottaa hyväksyntää",unknown_help:"Nämä latauslaitteet ovat ottaneet yhteyden. Ne eivät saa rajaa eikä mikään auto lataa, ennen kuin lisäät ne.",unknown_connected:"yhdistetty",unknown_gone:"ei enää yhdistetty",add:"Lisää latauslaite",saved:"Tallennettu",entry:"Ryhmän kaikki asetukset",wiring_hint:"Auton virran muutokset näkyivät mittarissa vaiheissa {seen}. Asetusten mukaan niiden pitäisi näkyä vaiheissa {expected}. Selvitä vaihekytkentä auton ladatessa: mitään ei muuteta itsestään."},tags:{title:"Kuka saa ladata",everybody:"Kaikki saavat ladata",everybody_help:"Ilman luetteloa kuka tahansa auton kytkevä saa ladata, näytettiinpä mikä kortti tahansa. Luettelossa estetyt torjutaan silti. Itsestään lataamisen aloittavat latauslaitteet käyttävät kiinteää tunnistetta, jonka on oltava luettelossa, jos tämä on pois päältä.",name:"Nimi",id_tag:"Tunniste",expires:"Viimeinen päivä",group:"Tunnisteiden ryhmä",blocked:"Estetty",add:"Lisää kortti",remove:"Poista {name}",save:"Tallenna luettelo",seen:"Äskettäin näytetyt",seen_help:"Näytä korttia latauslaitteelle: se ilmestyy tähän nimettäväksi.",learn:"Anna nimi: {tag}",nobody:"Luettelossa ei ole vielä ketään."},card:{group:"Ryhmä",open:"Avaa sivu",outlet:"Latauspiste",feeder:"Syöttöjohto",of_group:{name:"EV Load Manager",description:"Kuka lataa, kuinka paljon ja miksi."},of_outlet:{name:"EV Load Manager: yksi latauspiste",description:"Mitä yhden latauspisteen auto saa ja miksi."},of_feeder:{name:"EV Load Manager: yksi syöttöjohto",description:"Mitä yhden syöttöjohdon kautta kulkee ja ketkä lataavat sen takana."},of_cars:{name:"EV Load Manager: autot",description:"Pelkät autot ilman niitä syöttäviä virtapiirejä."}},no_outlet:{title:"Tätä latauspistettä ei ole",text:"Sen latauslaite on poistettu tai vaihdettu."},no_outlets_behind:"Tähän syöttöjohtoon ei ole liitetty latauslaitetta.",one_outlet:{all:"Kaikki latauspisteet",fed_by:"Mistä virta tulee",copy:"Kopioi osoite",copied:"Kopioitu"},happened:{title:"Mitä on tapahtunut",help:"Kuka sai enemmän tai vähemmän ja miksi: viimeisin vuorokausi Home Assistantin käynnistyksestä lähtien.",nothing:"Mitään ei ole tapahtunut Home Assistantin käynnistyksen jälkeen.",yesterday:"Eilen",began:"{outlet}: lataustapahtuma on alkanut.",ended:"{outlet}: lataustapahtuma on päättynyt.",up:"{outlet} nousee arvoon {limit}",up_some:"{outlet} saavat enemmän",down:"{outlet} laskee arvoon {limit}",down_some:"{outlet} saavat vähemmän",paused:"{outlet} tauolla",goes_on:"{outlet} jatkaa, {limit}",goes_on_some:"{outlet} jatkavat",because:"{changed}: {why}.",and_others:"{names} ja {count} muuta",lost:"{outlet}: yhteys on katkennut.",back:"{outlet}: yhteys on palannut.",meter_back:"Mittari toimii taas: autot saavat sen, mitä kiinteistöltä jää.",cause:{silent:"Mittari on hiljentynyt: autot jakavat turvarajan.",frozen:"Mittarin arvot eivät enää muutu: autot jakavat turvarajan.",implausible:"Mittari näyttää mahdottomia arvoja: autot jakavat turvarajan."},setting:"{setting}: {after}, aiemmin {before}.",setting_on:"{setting}: otettu käyttöön.",setting_off:"{setting}: poistettu käytöstä.",setting_choice:"{setting}: {after}.",why:{setting:"rajaa muutettiin",safe_limit_began:"mittariin ei voi luottaa",meter_back:"mittari toimii taas",more_cars:"toinenkin auto lataa",fewer_cars:"toinen auto on lopettanut",other_load_rose:"kiinteistö ottaa enemmän vaiheesta {phase}",other_load_rose_feeder:"muu kuorma ({circuit}) ottaa enemmän vaiheesta {phase}",other_load_fell:"kiinteistö ottaa vähemmän vaiheesta {phase}",other_load_fell_feeder:"muu kuorma ({circuit}) ottaa vähemmän vaiheesta {phase}",allowed:"kukaan ei enää keskeytä sitä",full_speed:"mikään ei rajoita sitä",equal_share:"se jakaa virran muiden kanssa",equal_share_where:"se jakaa vaiheen {phase} ({circuit})",minimum:"virta ei riitä kaikille",starting:"se on juuri aloittanut",unused_current:"auto ottaa vähemmän kuin voisi",waiting_for_increase:"muut ovat laskeneet",waiting_for_turn:"se odottaa vuoroaan",waiting_for_room:"virtaa ei ole vapaana",waiting_for_room_where:"vaiheessa {phase} ({circuit}) ei ole vapaata virtaa",too_little_to_start:"virta ei riitä aloittamiseen",paused_by_user:"joku keskeytti sen",car_full:"auto on täynnä tai ei ota virtaa",car_paused:"auto ei ota juuri nyt virtaa",safe_limit:"turvaraja on voimassa",temporary_limit:"tilapäinen raja on voimassa",charger_offline:"latauslaite ei ole yhdistettynä",not_controllable:"latauslaite ei hyväksy rajoja",does_not_obey:"se ottaa enemmän kuin saisi",over_limit:"vaihe on yli rajansa",over_limit_where:"vaihe {phase} on yli rajansa ({circuit})",balancing_off:"kuormanhallinta ei ole käytössä",imbalance:"sen vaihe kuormittuisi liian epätasaisesti",finding_wiring:"vaihekytkentää selvitetään"}},now_cause:{starting:"Mittari ei ole kertonut mitään käynnistyksen jälkeen.",silent:"Mittari on hiljaa.",frozen:"Mittarin arvot eivät muutu.",implausible:"Mittari näyttää mahdottomia arvoja.",shared:"Kunnes se toimii taas, autot jakavat turvarajan {limit}.",nobody:"Kukaan ei lataa, kunnes se toimii taas: turvaraja {limit} ei riitä autolle."},outlets:"Latauspisteet"};var Y5={title:"Elbillading",tabs:{now:"Nå",history:"Historie",log:"Logg",settings:"Innstillinger"},menu:"Vis eller skjul sidefeltet",group:"Gruppe",loading:"Laster…",starting:"Starter",offline:"Ikke tilkoblet",status_unknown:"Ikke hørt noe ennå",outlet:"{charger}, uttak {number}",reconnecting:"Tilkoblingen til Home Assistant er brutt. Det du ser, er fra før; det fortsetter så snart tilkoblingen er tilbake.",stopped:{title:"Denne gruppen kjører ikke",text:"Til den kjører igjen, gjør laderne det de gjør på egen hånd. Oppføringen under Enheter og tjenester sier hvorfor.",open:"Åpne Enheter og tjenester"},removed:{title:"Denne gruppen ble fjernet",text:"Laderne gjør det de gjør på egen hånd."},unreachable:{title:"Gruppen kan ikke vises",text:"Home Assistant sier: {error} Det prøves igjen av seg selv."},no_groups:{title:"Ingen ladegruppe ennå",admin:"En gruppe er laderne som deler én sikring. Legg til EV Load Manager, oppgi sikringens merkestrøm, og la laderne koble seg til.",guest:"En administrator kan legge til en under Enheter og tjenester.",add:"Legg til EV Load Manager"},no_chargers:{title:"Ingen lader i denne gruppen ennå",text:"Oppgi denne adressen for OCPP 1.6 i laderens innstillinger, med en ID du velger selv på slutten:",then:"Velg deretter Legg til lader: den venter til laderen har koblet seg til.",add:"Legg til lader",guest:"En administrator kan legge til ladere under Enheter og tjenester."},circuits:"Kurser",circuit:{grid:"Nettilknytning",group:"Gruppe",feeder:"Matekabel",charger:"Lader"},bars:{of:"{current} av {limit}",unknown:"ukjent",headroom:"{current} ledig",no_headroom:"ingenting ledig",over:"{current} for mye",other_load:"Øvrig last",reserved:"Satt av, trekkes ikke",unavailable:"Ikke tilgjengelig nå",phase_of:"{name}, fase {phase}"},connector:{of_offered:"av {offered} tilbudt",nothing_offered:"ingenting tilbudt",offered:"Tilbudt",offered_help:"grensen som laderen har godtatt",limit:"Grense",limit_help:"det den får ta nå",target:"Andel",target_help:"det den får når de andre har fulgt etter",reserved:"Satt av",reserved_help:"regnes til den, uansett hva den trekker",maximum:"Høyeste verdi",session:"{energy} på {time}",session_time:"i {time}",id_tag:"ID-brikke",driver:"Sjåfør",wiring:"Fasekobling",fallback:"Uten Home Assistant",car:"Bilen",car_needs:"trenger minst {current}",car_takes_less:"tar {current} mindre enn tilbudt",car_follows:"følger innen {seconds} s",details:"Detaljer",details_of:"Detaljer for {name}",pause:"Pause",pause_of:"Sett ladingen på {name} på pause",first:"Neste",first_of:"Gi neste tur til {name}",is_first:"Den er først i køen.",allow:"La den lade",allow_of:"La {name} lade",stale:"fra før tilkoblingen ble brutt"},summary:{charging:{one:"{count} bil lader",other:"{count} biler lader"},waiting:{one:"{count} bil venter",other:"{count} biler venter"},idle:"Ingen bil lader",temporary_limit:"{circuit} er begrenset til {limit} til {until} ({name}).",unknown:{one:"{count} ukjent lader vil være med",other:"{count} ukjente ladere vil være med"},see:"Se hvilken det er",wiring_hint:"{name} er kanskje koblet annerledes enn innstillingene sier.",see_wiring:"Se fasekoblingen"},reason:{none:"Ingenting er bestemt ennå.",no_car:"Ingen bil er plugget inn.",not_started:"En bil er plugget inn; ladingen har ikke startet.",full_speed:"Ingenting holder den tilbake: den får trekke sin høyeste verdi på {maximum}.",equal_share:"Den deler strømmen likt med de andre.",equal_share_where:"Den deler fase {phase} likt med de andre ({circuit}).",minimum:"Strømmen rekker ikke til alle: hver og en beholder minstestrømmen.",minimum_where:"Fase {phase} rekker ikke til alle ({circuit}): hver og en beholder minstestrømmen.",starting:"Den har nettopp startet: først viser den hva den kan bruke.",unused_current:"Bilen tar mindre enn den kunne; resten går til andre.",waiting_for_increase:"Den får {target} om et øyeblikk: andre går ned først.",too_little_to_start:"Den trenger mer strøm for å starte enn det er til den.",waiting_for_room:"Det er ingen ledig strøm til den nå: den fortsetter når det har vært ledig en stund.",waiting_for_room_where:"Fase {phase} har ingen ledig strøm ({circuit}): den fortsetter når det har vært ledig en stund.",short_pause:"Det er ledig strøm igjen: den fortsetter etter en kort pause, fordi stadig av og på sliter på biler og kontaktorer.",waiting_for_turn:"Det rekker ikke til alle: den venter på tur.",finding_wiring:"Grensen går opp og ned i noen minutter, så måleren viser hvilke faser som følger.",imbalance:"Mer ville belastet fasen for skjevt i forhold til de andre.",waiting_for_turn_where:"Fase {phase} rekker ikke til alle ({circuit}): den venter på tur.",paused_by_user:"Noen har satt den på pause.",car_full:"Bilen er full eller tar ingenting av andre grunner.",car_paused:"Bilen tar ingenting for øyeblikket; minstestrømmen holdes av til den.",safe_limit:"Måleren er ikke til å stole på: alle deler sikkerhetsgrensen.",temporary_limit:"En midlertidig grense gjelder: den deler det som blir igjen.",temporary_limit_where:"En midlertidig grense gjelder ({circuit}): den deler fase {phase}.",charger_offline:"Laderen er ikke tilkoblet: den gjør det den gjør på egen hånd, og det den kan trekke, holdes av til den.",not_controllable:"Laderen tar ikke imot grenser; de andre lar det være plass til den.",does_not_obey:"Den trekker mer enn den får lov til og regnes med det den trekker.",over_limit:"En fase er over grensen sin: strømmen senkes til grensen holder.",over_limit_where:"Fase {phase} er over grensen sin ({circuit}): strømmen senkes til grensen holder.",balancing_off:"Laststyringen er av: alle får trekke sin høyeste verdi.",alone:"Den får all strømmen som er igjen.",alone_where:"Den får alt som er igjen på fase {phase} ({circuit})."},next_turn:"Den får tur senest om {time}.",next_turn_now:"Den får tur nå.",cause:{starting:"Ingen avlesning av måleren siden starten",silent:"Måleren var taus",frozen:"Målerens verdier endret seg ikke",implausible:"Måleren viste umulige verdier"},history:{on_day:"Dag",where:"Gruppe eller matekabel",period:"Periode",hour:"1 time",six_hours:"6 timer",day:"1 døgn",week:"1 uke",earlier:"Tidligere",later:"Senere",chargers:"Strømmen til alle ladere",meter:"Strømmen ved nettilknytningen",feeder_chargers:"Strømmen til laderne på matekabelen",feeder_meter:"Strømmen i matekabelen",other_load:"Øvrig last",maximum_current:"Grense",grid_maximum_current:"Grense for nettet",safe_limit_period:"Sikkerhetsgrense",download:"Last ned målerens verdier (CSV)",no_recorder:"Home Assistant lagrer ingen historie",no_recorder_text:"Integrasjonene recorder og historie trengs for diagrammene.",empty:"Ingenting er lagret fra denne perioden.",summary:"{name}: høyest {highest}"},log:{safe_limit:"Sikkerhetsgrense",safe_limit_help:"Når gruppen delte sikkerhetsgrensen fordi måleren ikke var til å stole på.",safe_limit_never:"Den har aldri vært nødvendig.",safe_limit_no_meter:"Denne gruppen har ingen måler, så den trenger ingen sikkerhetsgrense.",start:"Start",end:"Slutt",lasts:"pågår",duration:"Varighet",cause:"Hvorfor",limit:"Grense",recalculations:"Beregninger",recalculations_help:"Alle tall som gikk inn i en grense og kom ut av den, for fagfolk. Det siste døgnet tas vare på.",recalculations_never:"Ingenting er beregnet ennå. Det begynner med den første bilen.",all_chargers:"Alle ladere",charger:"Lader",reload:"Last inn på nytt",live:"Direkte",time:"Tid",trigger:"På grunn av",mode:"Modus",meter:"Måler",other_load:"Øvrig last",available:"Tilgjengelig",result:"Grenser",outlet:"Uttak",status:"Status",measured:"Målt",offered:"Tilbudt",new_limit:"Ny grense",share:"Andel",reason:"Årsak",more:"Vis mer",details:"Detaljer for {time}",modes:{off:"Av",dynamic:"DLM",adaptive:"ALM",safe_limit:"Sikkerhetsgrense"},triggers:{capabilities:"laderens egenskaper",connection:"tilkobling",connector:"uttak",find_wiring:"søk etter fasekoblingen",first_in_line:"noen satt først",identity:"laderens identitet",report:"laderens melding",limit:"grense godtatt",meter:"måler",settings:"innstillinger",status:"status",temporary_limit:"slutt på en midlertidig grense",time:"en ventetid er over",transaction:"ladeøkt",values:"laderens verdier",wiring:"fasekoblingen bekreftet"}},settings:{read_only:"Bare administratorer kan endre innstillinger.",group:"Laststyring",maximum_current:"Grense for alle ladere",maximum_current_help:"Hva alle laderne til sammen får trekke, per fase. Sikringen tåler {rated}.",balancing:"Dynamisk laststyring (DLM)",balancing_help:"Laderne deler grensen. Av: hver av dem får trekke sin egen høyeste verdi.",policy:"Når strømmen ikke rekker til alle",policies:{take_turns:"På omgang: grensen holder alltid",minimum_for_all:"Minstestrøm til alle: grensen kan overskrides, opp til sikringen"},adaptive:"Adaptiv laststyring (ALM)",adaptive_help:"Bilene får det som bygningen har til overs.",grid_maximum_current:"Grense for bygning og biler",grid_maximum_current_help:"Hva bygningen og bilene til sammen får trekke, per fase. Hovedsikringen tåler {rated}.",safe_limit:"Sikkerhetsgrense",safe_limit_help:"Det laderne deler mens måleren ikke er til å stole på. Den gjelder også når Home Assistant stopper: da faller laderne til 6 A hver der det får plass til alle, og ellers slutter de å lade.",phase_choice:"Fase som gjelder",phase_choices:{each_phase:"Hver fase for seg",highest_phase:"Den mest belastede fasen for alle",l1:"L1 for alle",l2:"L2 for alle",l3:"L3 for alle"},no_meter:"Uten måler deler laderne en fast grense. Med en får bilene det som bygningen har til overs.",set_up_meter:"Sett opp en måler",chargers:"Ladere",dlm:"DLM",alm:"ALM",suited:{yes:"Egnet",no:"Ikke egnet",unknown:"Ikke kjent ennå"},because:{known_model:"modellen er kjent for det",takes_limits:"den tok imot en grense",takes_no_limits:"den avviste alle måter å sette en grense på",no_smart_charging:"den sier ikke at den kan styres",smart_charging:"den sier at den kan styres",reports_phases:"den rapporterer strømmen på hver fase",reports_no_phases:"den rapporterer ikke strømmen på hver fase",own_meter:"en egen måler oppgir det",not_seen:"ingen ladeøkt har vist det ennå"},feeder_help:"Hva denne matekabelen kan bære, per fase. Sikringen tåler {rated}.",feeder_safe_limit:"Sikkerhetsgrense for {name}",feeder_safe_limit_help:"Det laderne på denne matekabelen deler mens måleren dens ikke er til å stole på.",without:"Hvis Home Assistant stopper",fail_safe:{falls:"den går ned til {fallback} etter høyst {time}",falls_soon:"den går ned til {fallback}",stops:"den slutter å lade etter høyst {time}",stops_soon:"den slutter å lade",stays:"den beholder sin siste grense eller glemmer alle grenser: det er installatørens innstilling som gjelder",unknown:"ikke kjent før den første ladeøkten",accepted:"laderen godtok det",verified:"laderen bekrefter det",proven:"bevist",counts:"ikke bevist ennå, så det regnes med opptil {maximum}"},find_wiring:"Finn fasekoblingen",wiring_help:"Med en måler kan den finnes mens en bil lader her: grensen går opp og ned, og måleren viser hvilke faser som følger.",wiring_searching:"Grensen går opp og ned i noen minutter. Resultatet står under Reparasjoner.",connector_maximum:"Høyeste verdi",connector_maximum_of:"Høyeste verdi for {name}",unknown:"Venter på å bli godtatt",unknown_help:"Disse laderne har koblet seg til. De får ingen grense, og ingen bil lader før du legger dem til.",unknown_connected:"tilkoblet",unknown_gone:"ikke lenger tilkoblet",add:"Legg til lader",saved:"Lagret",entry:"Alle innstillinger for gruppen",wiring_hint:"Bilens endringer viste seg på {seen} hos måleren. Etter fasekoblingen skulle de vist seg på {expected}. Finn fasekoblingen mens en bil lader: ingenting endres av seg selv."},tags:{title:"Hvem som kan lade",everybody:"Alle kan lade",everybody_help:"Uten liste kan alle som plugger inn en bil lade, uansett hvilket kort som vises. Sperrede på listen avvises likevel. Ladere som starter av seg selv, bruker en fast ID-brikke, som må være på listen hvis dette er av.",name:"Navn",id_tag:"ID-brikke",expires:"Siste dag",group:"Gruppe av brikker",blocked:"Sperret",add:"Legg til kort",remove:"Fjern {name}",save:"Lagre listen",seen:"Nylig vist",seen_help:"Hold et kort mot en lader: det dukker opp her og kan få et navn.",learn:"Gi {tag} et navn",nobody:"Ingen står på listen ennå."},card:{group:"Gruppe",open:"Åpne siden",outlet:"Uttak",feeder:"Matekabel",of_group:{name:"EV Load Manager",description:"Hvem som lader med hvor mye, og hvorfor."},of_outlet:{name:"EV Load Manager: ett uttak",description:"Hva bilen ved ett uttak får, og hvorfor."},of_feeder:{name:"EV Load Manager: én matekabel",description:"Hva som går gjennom én matekabel, og hvem som lader bak den."},of_cars:{name:"EV Load Manager: biler",description:"Bare bilene, uten kretsene som mater dem."}},no_outlet:{title:"Dette uttaket finnes ikke",text:"Laderen er fjernet eller byttet ut."},no_outlets_behind:"Ingen lader henger på denne matekabelen.",one_outlet:{all:"Alle uttak",fed_by:"Hva som mater det",copy:"Kopier adressen",copied:"Kopiert til utklippstavlen"},happened:{title:"Hva som har skjedd",help:"Hvem som fikk mer eller mindre, og hvorfor: det siste døgnet, siden Home Assistant startet.",nothing:"Ingenting har skjedd siden Home Assistant startet.",yesterday:"I går",began:"{outlet}: en ladeøkt har begynt.",ended:"{outlet}: ladeøkten er slutt.",up:"{outlet} opp til {limit}",up_some:"{outlet} får mer",down:"{outlet} ned til {limit}",down_some:"{outlet} får mindre",paused:"{outlet} satt på pause",goes_on:"{outlet} fortsetter med {limit}",goes_on_some:"{outlet} fortsetter",because:"{changed}: {why}.",and_others:"{names} og {count} andre",lost:"{outlet}: forbindelsen er brutt.",back:"{outlet}: tilkoblet igjen.",meter_back:"Måleren er tilbake: bilene får det bygningen lar være igjen.",cause:{silent:"Måleren er blitt taus: bilene deler sikkerhetsgrensen.",frozen:"Målerens verdier har stanset: bilene deler sikkerhetsgrensen.",implausible:"Måleren viser umulige verdier: bilene deler sikkerhetsgrensen."},setting:"{setting}: {after} i stedet for {before}.",setting_on:"{setting}: slått på.",setting_off:"{setting}: slått av.",setting_choice:"{setting}: {after}.",why:{setting:"en grense ble endret",safe_limit_began:"måleren er ikke til å stole på",meter_back:"måleren er tilbake",more_cars:"en bil til lader",fewer_cars:"en annen bil har sluttet",other_load_rose:"bygningen trekker mer på {phase}",other_load_rose_feeder:"det som ellers henger på {circuit}, trekker mer på {phase}",other_load_fell:"bygningen trekker mindre på {phase}",other_load_fell_feeder:"det som ellers henger på {circuit}, trekker mindre på {phase}",allowed:"ingen holder den på pause lenger",full_speed:"ingenting holder den tilbake",equal_share:"den deler med de andre",equal_share_where:"den deler {phase} ({circuit})",minimum:"det rekker ikke til alle",starting:"den har nettopp startet",unused_current:"bilen tar mindre enn den kunne",waiting_for_increase:"andre har gått ned",waiting_for_turn:"den venter på tur",waiting_for_room:"det er ingen ledig strøm",waiting_for_room_where:"{phase} har ingen ledig strøm ({circuit})",too_little_to_start:"det er for lite til å starte",paused_by_user:"noen satte den på pause",car_full:"bilen er full eller tar ingenting",car_paused:"bilen tar ingenting for øyeblikket",safe_limit:"sikkerhetsgrensen gjelder",temporary_limit:"en midlertidig grense gjelder",charger_offline:"laderen er ikke tilkoblet",not_controllable:"laderen tar ikke imot grenser",does_not_obey:"den trekker mer enn den får lov til",over_limit:"en fase er over grensen sin",over_limit_where:"{phase} er over grensen sin ({circuit})",balancing_off:"laststyringen er av",imbalance:"fasen ville blitt for skjevt belastet",finding_wiring:"fasekoblingen letes etter"}},now_cause:{starting:"Måleren har ikke sagt noe siden starten.",silent:"Måleren er taus.",frozen:"Målerens verdier endrer seg ikke.",implausible:"Måleren viser umulige verdier.",shared:"Til den er tilbake, deler bilene sikkerhetsgrensen på {limit}.",nobody:"Ingen lader før den er tilbake: sikkerhetsgrensen på {limit} er for lav for en bil."},outlets:"Uttakene"};var C3={title:"Auto's laden",tabs:{now:"Nu",history:"Geschiedenis",log:"Logboek",settings:"Instellingen"},menu:"Zijbalk tonen of verbergen",group:"Groep",loading:"Laden…",starting:"Start",offline:"Niet verbonden",status_unknown:"Nog niets gehoord",outlet:"{charger}, laadpunt {number}",reconnecting:"De verbinding met Home Assistant is verbroken. Wat je ziet, is van daarvoor; het gaat verder zodra de verbinding terug is.",stopped:{title:"Deze groep is niet actief",text:"Tot ze weer draait, doen haar laadpalen wat ze uit zichzelf doen. Het item onder Apparaten en diensten vertelt waarom.",open:"Apparaten en diensten openen"},removed:{title:"Deze groep is verwijderd",text:"De laadpalen doen wat ze uit zichzelf doen."},unreachable:{title:"De groep kan niet worden getoond",text:"Home Assistant meldt: {error} Het wordt vanzelf opnieuw geprobeerd."},no_groups:{title:"Nog geen groep laadpalen",admin:"Een groep zijn de laadpalen die één zekering delen. Voeg EV Load Manager toe, vul de nominale stroom van de zekering in en laat de laadpalen verbinding maken.",guest:"Een beheerder kan er een toevoegen onder Apparaten en diensten.",add:"EV Load Manager toevoegen"},no_chargers:{title:"Nog geen laadpaal in deze groep",text:"Vul in de instellingen van de laadpaal dit adres voor OCPP 1.6 in, met een ID naar keuze aan het eind:",then:"Kies daarna Laadpaal toevoegen: er wordt gewacht tot de laadpaal verbinding heeft gemaakt.",add:"Laadpaal toevoegen",guest:"Een beheerder kan laadpalen toevoegen onder Apparaten en diensten."},circuits:"Stroomkringen",circuit:{grid:"Netaansluiting",group:"Groep",feeder:"Voedingskabel",charger:"Laadpaal"},bars:{of:"{current} van {limit}",unknown:"onbekend",headroom:"{current} vrij",no_headroom:"niets vrij",over:"{current} te veel",other_load:"Overige belasting",reserved:"Vrijgehouden, niet afgenomen",unavailable:"Nu niet beschikbaar",phase_of:"{name}, fase {phase}"},connector:{of_offered:"van {offered} aangeboden",nothing_offered:"niets aangeboden",offered:"Aangeboden",offered_help:"de limiet die de laadpaal heeft aangenomen",limit:"Limiet",limit_help:"wat er nu is toegestaan",target:"Aandeel",target_help:"wat het krijgt zodra de andere gevolgd zijn",reserved:"Vrijgehouden",reserved_help:"ervoor meegeteld, hoeveel er ook wordt afgenomen",maximum:"Maximum",session:"{energy} in {time}",session_time:"al {time}",id_tag:"ID-tag",driver:"Bestuurder",wiring:"Faseaansluiting",fallback:"Zonder Home Assistant",car:"De auto",car_needs:"heeft minstens {current} nodig",car_takes_less:"neemt {current} minder dan aangeboden",car_follows:"volgt binnen {seconds} s",details:"Details",details_of:"Details van {name}",pause:"Pauzeren",pause_of:"Laden bij {name} pauzeren",first:"Volgende",first_of:"{name} de volgende beurt geven",is_first:"Is als eerste aan de beurt.",allow:"Laten laden",allow_of:"{name} laten laden",stale:"van voordat de verbinding wegviel"},summary:{charging:{one:"{count} auto laadt",other:"{count} auto's laden"},waiting:{one:"{count} auto wacht",other:"{count} auto's wachten"},idle:"Er laadt geen auto",temporary_limit:"{circuit} is tot {until} begrensd op {limit} ({name}).",unknown:{one:"{count} onbekende laadpaal wil meedoen",other:"{count} onbekende laadpalen willen meedoen"},see:"Bekijken wie het is",wiring_hint:"{name} is misschien anders aangesloten dan de instellingen zeggen.",see_wiring:"Faseaansluiting bekijken"},reason:{none:"Er is nog niets besloten.",no_car:"Er is geen auto aangesloten.",not_started:"Er is een auto aangesloten; het laden is nog niet begonnen.",full_speed:"Niets houdt de auto tegen: hij mag zijn maximum van {maximum} afnemen.",equal_share:"De auto deelt de stroom gelijk met de andere.",equal_share_where:"De auto deelt fase {phase} van {circuit} gelijk met de andere.",minimum:"Er is te weinig voor iedereen: elke auto houdt het minimum.",minimum_where:"Er is te weinig voor iedereen op fase {phase} van {circuit}: elke auto houdt het minimum.",starting:"De auto is net begonnen: eerst laat hij zien wat hij kan gebruiken.",unused_current:"De auto neemt minder dan hij zou kunnen krijgen; de rest gaat naar andere.",waiting_for_increase:"De auto krijgt zo {target}: eerst gaan andere omlaag.",too_little_to_start:"Om te starten is meer stroom nodig dan er voor deze auto is.",waiting_for_room:"Er is nu geen ruimte voor de auto: hij gaat verder zodra er even ruimte is geweest.",waiting_for_room_where:"Er is geen ruimte op fase {phase} van {circuit}: de auto gaat verder zodra er even ruimte is geweest.",short_pause:"Er is weer ruimte: na een korte pauze gaat het verder, omdat steeds aan en uit auto’s en magneetschakelaars slijt.",waiting_for_turn:"Er is niet genoeg voor iedereen: de auto wacht op zijn beurt.",finding_wiring:"De limiet gaat enkele minuten op en neer, zodat de meter laat zien welke fasen volgen.",imbalance:"Meer zou de fase te ongelijk belasten naast de andere.",waiting_for_turn_where:"Er is niet genoeg op fase {phase} van {circuit}: de auto wacht op zijn beurt.",paused_by_user:"Iemand heeft het laden gepauzeerd.",car_full:"De auto is vol of neemt om andere redenen niets af.",car_paused:"De auto neemt nu niets af; zijn minimum wordt voor hem vrijgehouden.",safe_limit:"De meter is niet te vertrouwen: iedereen deelt de veilige limiet.",temporary_limit:"Er geldt een tijdelijke limiet: de auto deelt wat die overlaat.",temporary_limit_where:"Er geldt een tijdelijke limiet voor {circuit}: de auto deelt fase {phase} daarvan.",charger_offline:"De laadpaal is niet verbonden: hij doet wat hij uit zichzelf doet, en wat hij kan afnemen wordt voor hem vrijgehouden.",not_controllable:"De laadpaal accepteert geen limieten; de andere laten er ruimte voor.",does_not_obey:"Neemt meer af dan toegestaan en telt mee met wat er wordt afgenomen.",over_limit:"Een fase zit boven haar limiet: er wordt verlaagd tot dat weer klopt.",over_limit_where:"Fase {phase} van {circuit} zit boven de limiet: er wordt verlaagd tot dat weer klopt.",balancing_off:"De loadbalancing staat uit: iedereen mag het maximum afnemen.",alone:"De auto krijgt alle stroom die over is.",alone_where:"De auto krijgt alles wat op fase {phase} van {circuit} over is."},next_turn:"Uiterlijk over {time} aan de beurt.",next_turn_now:"Nu aan de beurt.",cause:{starting:"Geen meting van de meter sinds de start",silent:"De meter was stil",frozen:"De waarden van de meter veranderden niet",implausible:"De meter toonde onmogelijke waarden"},history:{on_day:"Dag",where:"Groep of voedingskabel",period:"Periode",hour:"1 uur",six_hours:"6 uur",day:"1 dag",week:"1 week",earlier:"Eerder",later:"Later",chargers:"Stroom van alle laadpalen",meter:"Stroom van de netaansluiting",feeder_chargers:"Stroom van de laadpalen op de voedingskabel",feeder_meter:"Stroom van de voedingskabel",other_load:"Overige belasting",maximum_current:"Limiet",grid_maximum_current:"Netlimiet",safe_limit_period:"Veilige limiet",download:"Meterwaarden downloaden (CSV)",no_recorder:"Home Assistant houdt geen geschiedenis bij",no_recorder_text:"Voor de grafieken zijn de integraties Recorder en Geschiedenis nodig.",empty:"In deze periode is niets vastgelegd.",summary:"{name}: hoogste {highest}"},log:{safe_limit:"Veilige limiet",safe_limit_help:"Wanneer de groep de veilige limiet deelde omdat de meter niet te vertrouwen was.",safe_limit_never:"Die is nog nooit nodig geweest.",safe_limit_no_meter:"Deze groep heeft geen meter en dus geen veilige limiet nodig.",start:"Begin",end:"Einde",lasts:"duurt voort",duration:"Duur",cause:"Waarom",limit:"Limiet",recalculations:"Berekeningen",recalculations_help:"Elk getal dat in een limiet ging en eruit kwam, voor deskundigen. De laatste dag wordt bewaard.",recalculations_never:"Er is nog niets berekend. Het begint met de eerste auto.",all_chargers:"Alle laadpalen",charger:"Laadpaal",reload:"Herladen",live:"Live",time:"Tijd",trigger:"Aanleiding",mode:"Bedrijfsmodus",meter:"Meter",other_load:"Overige belasting",available:"Beschikbaar",result:"Limieten",outlet:"Laadpunt",status:"Status",measured:"Gemeten",offered:"Aangeboden",new_limit:"Nieuwe limiet",share:"Aandeel",reason:"Reden",more:"Meer tonen",details:"Details van {time}",modes:{off:"Uit",dynamic:"DLM",adaptive:"ALM",safe_limit:"Veilige limiet"},triggers:{capabilities:"mogelijkheden van de laadpaal",connection:"verbinding",connector:"laadpunten",find_wiring:"zoeken naar de faseaansluiting",first_in_line:"iemand als eerste aan de beurt",identity:"identiteit van de laadpaal",report:"melding van de laadpaal",limit:"limiet aangenomen",meter:"meter",settings:"instellingen",status:"status",temporary_limit:"einde van een tijdelijke limiet",time:"een wachttijd is om",transaction:"laadsessie",values:"waarden van de laadpaal",wiring:"faseaansluiting bevestigd"}},settings:{read_only:"Alleen beheerders kunnen instellingen wijzigen.",group:"Loadbalancing",maximum_current:"Limiet voor alle laadpalen",maximum_current_help:"Wat alle laadpalen samen mogen afnemen, per fase. De zekering kan {rated} aan.",balancing:"Dynamische loadbalancing (DLM)",balancing_help:"De laadpalen delen de limiet. Uit: elk mag zijn eigen maximum afnemen.",policy:"Als er te weinig is voor iedereen",policies:{take_turns:"Om de beurt laden: de limiet geldt altijd",minimum_for_all:"Minimum voor iedereen: de limiet kan overschreden worden, tot aan de zekering"},adaptive:"Adaptieve loadbalancing (ALM)",adaptive_help:"De auto's krijgen wat het gebouw overlaat.",grid_maximum_current:"Limiet voor gebouw en auto’s",grid_maximum_current_help:"Wat het gebouw en de auto's samen mogen afnemen, per fase. De hoofdzekering kan {rated} aan.",safe_limit:"Veilige limiet",safe_limit_help:"Wat de laadpalen delen zolang de meter niet te vertrouwen is. Deze geldt ook als Home Assistant uitvalt: dan vallen de laadpalen terug naar elk 6 A waar dat er voor alle samen in past, en anders stoppen ze met laden.",phase_choice:"Fase die telt",phase_choices:{each_phase:"Elke fase apart",highest_phase:"De zwaarst belaste fase voor alle",l1:"L1 voor alle",l2:"L2 voor alle",l3:"L3 voor alle"},no_meter:"Zonder meter delen de laadpalen een vaste limiet. Met een meter krijgen de auto's wat het gebouw overlaat.",set_up_meter:"Een meter instellen",chargers:"Laadpalen",dlm:"DLM",alm:"ALM",suited:{yes:"Geschikt",no:"Niet geschikt",unknown:"Nog niet bekend"},because:{known_model:"het model staat ervoor bekend",takes_limits:"hij heeft een limiet aangenomen",takes_no_limits:"hij heeft elke manier om een limiet in te stellen geweigerd",no_smart_charging:"hij geeft niet aan dat hij te regelen is",smart_charging:"hij geeft aan dat hij te regelen is",reports_phases:"hij meldt de stroom van elke fase",reports_no_phases:"hij meldt de stroom van elke fase niet",own_meter:"een eigen meter meldt die",not_seen:"nog geen laadsessie heeft het laten zien"},feeder_help:"Wat deze voedingskabel mag dragen, per fase. De zekering ervan kan {rated} aan.",feeder_safe_limit:"Veilige limiet van {name}",feeder_safe_limit_help:"Wat de laadpalen aan deze voedingskabel delen zolang de meter ervan niet te vertrouwen is.",without:"Als Home Assistant stopt",fail_safe:{falls:"hij valt na uiterlijk {time} terug op {fallback}",falls_soon:"hij valt terug op {fallback}",stops:"hij stopt na uiterlijk {time} met laden",stops_soon:"hij stopt met laden",stays:"hij houdt zijn laatste limiet, of vergeet elke limiet: dan geldt wat de installateur heeft ingesteld",unknown:"niet bekend vóór de eerste laadsessie",accepted:"de laadpaal heeft dat aangenomen",verified:"de laadpaal bevestigt dat",proven:"bewezen",counts:"nog niet bewezen, dus er wordt met maximaal {maximum} gerekend"},find_wiring:"Faseaansluiting achterhalen",wiring_help:"Met een meter kan die worden bepaald terwijl hier een auto laadt: de limiet gaat op en neer, en de meter laat zien welke fasen volgen.",wiring_searching:"De limiet gaat enkele minuten op en neer. Wat eruit komt, staat onder Reparaties.",connector_maximum:"Maximum",connector_maximum_of:"Maximum van {name}",unknown:"Wachten op toelating",unknown_help:"Deze laadpalen hebben verbinding gemaakt. Ze krijgen geen limiet en er laadt geen auto voordat je ze toevoegt.",unknown_connected:"verbonden",unknown_gone:"niet meer verbonden",add:"Laadpaal toevoegen",saved:"Opgeslagen",entry:"Alle instellingen van de groep",wiring_hint:"Stappen van de auto waren bij de meter te zien op {seen}. Volgens de faseaansluiting horen ze op {expected}. Achterhaal de faseaansluiting terwijl er een auto laadt: uit zichzelf verandert er niets."},tags:{title:"Wie mag laden",everybody:"Iedereen mag laden",everybody_help:"Zonder lijst mag iedereen laden die een auto aansluit, welke pas ook wordt voorgehouden. Geblokkeerde op de lijst worden toch geweigerd. Laadpalen die uit zichzelf starten, gebruiken een vaste ID-tag, die op de lijst moet staan als dit uit is.",name:"Naam",id_tag:"ID-tag",expires:"Laatste dag",group:"Groep van kaarten",blocked:"Geblokkeerd",add:"Pas toevoegen",remove:"{name} verwijderen",save:"Lijst opslaan",seen:"Kort geleden voorgehouden",seen_help:"Houd een pas voor een laadpaal: hij verschijnt hier en kan een naam krijgen.",learn:"{tag} een naam geven",nobody:"Er staat nog niemand op de lijst."},card:{group:"Groep",open:"De pagina openen",outlet:"Laadpunt",feeder:"Voedingskabel",of_group:{name:"EV Load Manager",description:"Wie met hoeveel laadt, en waarom."},of_outlet:{name:"EV Load Manager: één laadpunt",description:"Wat de auto aan één laadpunt krijgt, en waarom."},of_feeder:{name:"EV Load Manager: één voedingskabel",description:"Wat er door één voedingskabel loopt, en wie erachter laadt."},of_cars:{name:"EV Load Manager: auto’s",description:"Alleen de auto’s, zonder de stroomkringen die ze voeden."}},no_outlet:{title:"Dit laadpunt is er niet",text:"De laadpaal is verwijderd of vervangen."},no_outlets_behind:"Aan deze voedingskabel hangt geen laadpaal.",one_outlet:{all:"Alle laadpunten",fed_by:"Waar de stroom vandaan komt",copy:"Adres kopiëren",copied:"Gekopieerd"},happened:{title:"Wat er gebeurd is",help:"Wie meer of minder kreeg, en waarom: de laatste dag, sinds de start van Home Assistant.",nothing:"Sinds de start van Home Assistant is er niets gebeurd.",yesterday:"Gisteren",began:"{outlet}: er is een laadsessie begonnen.",ended:"{outlet}: de laadsessie is beëindigd.",up:"{outlet} omhoog naar {limit}",up_some:"{outlet} krijgen meer",down:"{outlet} omlaag naar {limit}",down_some:"{outlet} krijgen minder",paused:"{outlet} gepauzeerd",goes_on:"{outlet} gaat verder met {limit}",goes_on_some:"{outlet} gaan verder",because:"{changed}: {why}.",and_others:"{names} en {count} andere",lost:"{outlet}: de verbinding is weg.",back:"{outlet}: weer verbonden.",meter_back:"De meter is terug: de auto’s krijgen wat het gebouw overlaat.",cause:{silent:"De meter is stilgevallen: de auto’s delen de veilige limiet.",frozen:"De waarden van de meter bewegen niet meer: de auto’s delen de veilige limiet.",implausible:"De meter toont onmogelijke waarden: de auto’s delen de veilige limiet."},setting:"{setting}: {after} in plaats van {before}.",setting_on:"{setting}: ingeschakeld.",setting_off:"{setting}: uitgeschakeld.",setting_choice:"{setting}: {after}.",why:{setting:"een limiet is gewijzigd",safe_limit_began:"de meter is niet te vertrouwen",meter_back:"de meter is terug",more_cars:"er laadt nog een auto",fewer_cars:"een andere auto is gestopt",other_load_rose:"het gebouw neemt meer af op {phase}",other_load_rose_feeder:"wat verder aan {circuit} hangt, neemt meer af op {phase}",other_load_fell:"het gebouw neemt minder af op {phase}",other_load_fell_feeder:"wat verder aan {circuit} hangt, neemt minder af op {phase}",allowed:"niemand pauzeert het nog",full_speed:"niets houdt het tegen",equal_share:"het deelt met de andere",equal_share_where:"het deelt {phase} van {circuit}",minimum:"er is te weinig voor iedereen",starting:"het is net begonnen",unused_current:"de auto neemt minder dan mogelijk is",waiting_for_increase:"andere zijn omlaag gegaan",waiting_for_turn:"het wacht op zijn beurt",waiting_for_room:"er is geen ruimte voor",waiting_for_room_where:"er is geen ruimte op {phase} van {circuit}",too_little_to_start:"er is te weinig om te starten",paused_by_user:"iemand heeft het gepauzeerd",car_full:"de auto is vol of neemt niets af",car_paused:"de auto neemt nu niets af",safe_limit:"de veilige limiet geldt",temporary_limit:"er geldt een tijdelijke limiet",charger_offline:"de laadpaal is niet verbonden",not_controllable:"de laadpaal accepteert geen limieten",does_not_obey:"het neemt meer af dan toegestaan",over_limit:"een fase zit boven haar limiet",over_limit_where:"{phase} van {circuit} zit boven de limiet",balancing_off:"de loadbalancing staat uit",imbalance:"de fase zou te ongelijk belast worden",finding_wiring:"de faseaansluiting wordt gezocht"}},now_cause:{starting:"De meter heeft sinds de start niets gemeld.",silent:"De meter is stil.",frozen:"De waarden van de meter veranderen niet.",implausible:"De meter toont onmogelijke waarden.",shared:"Tot hij terug is, delen de auto’s de veilige limiet van {limit}.",nobody:"Niemand laadt tot hij terug is: de veilige limiet van {limit} is te laag voor een auto."},outlets:"Laadpunten"};var H3={title:"Elbilsladdning",tabs:{now:"Nu",history:"Historik",log:"Logg",settings:"Inställningar"},menu:"Visa eller dölj sidofältet",group:"Grupp",loading:"Laddar…",starting:"Startar",offline:"Inte ansluten",status_unknown:"Inget hört ännu",outlet:"{charger}, uttag {number}",reconnecting:"Anslutningen till Home Assistant har brutits. Det du ser är från tidigare; det fortsätter så snart anslutningen är tillbaka.",stopped:{title:"Den här gruppen körs inte",text:"Tills den körs igen gör dess laddboxar det som de gör på egen hand. Dess post under Enheter och tjänster säger varför.",open:"Öppna Enheter och tjänster"},removed:{title:"Den här gruppen togs bort",text:"Dess laddboxar gör det som de gör på egen hand."},unreachable:{title:"Gruppen kan inte visas",text:"Home Assistant säger: {error} Ett nytt försök görs av sig självt."},no_groups:{title:"Ingen laddgrupp ännu",admin:"En grupp är de laddboxar som delar på en säkring. Lägg till EV Load Manager, ange säkringens märkström och låt laddboxarna ansluta.",guest:"En administratör kan lägga till en under Enheter och tjänster.",add:"Lägg till EV Load Manager"},no_chargers:{title:"Ingen laddbox i den här gruppen ännu",text:"Ange i laddboxens inställningar den här adressen för OCPP 1.6, med ett id som du väljer själv på slutet:",then:"Välj sedan Lägg till laddbox: den väntar tills laddboxen har anslutit.",add:"Lägg till laddbox",guest:"En administratör kan lägga till laddboxar under Enheter och tjänster."},circuits:"Strömkretsar",circuit:{grid:"Elanslutning",group:"Grupp",feeder:"Matarledning",charger:"Laddbox"},bars:{of:"{current} av {limit}",unknown:"okänt",headroom:"{current} ledigt",no_headroom:"inget ledigt",over:"{current} för mycket",other_load:"Övrig last",reserved:"Avsatt, tas inte",unavailable:"Inte tillgängligt just nu",phase_of:"{name}, fas {phase}"},connector:{of_offered:"av {offered} erbjudna",nothing_offered:"inget erbjudet",offered:"Erbjudet",offered_help:"gränsen som laddboxen har godtagit",limit:"Gräns",limit_help:"vad den får ta nu",target:"Andel",target_help:"vad den får när de andra har följt med",reserved:"Avsatt",reserved_help:"räknas för den, vad den än tar",maximum:"Högsta värde",session:"{energy} på {time}",session_time:"i {time}",id_tag:"Id-tagg",driver:"Förare",wiring:"Fasinkoppling",fallback:"Utan Home Assistant",car:"Bilen",car_needs:"behöver minst {current}",car_takes_less:"tar {current} mindre än den erbjuds",car_follows:"följer inom {seconds} s",details:"Detaljer",details_of:"Detaljer för {name}",pause:"Pausa",pause_of:"Pausa laddningen vid {name}",first:"Nästa",first_of:"Ge nästa tur till {name}",is_first:"Den är först i kön.",allow:"Låt ladda",allow_of:"Låt {name} ladda",stale:"från innan anslutningen bröts"},summary:{charging:{one:"{count} bil laddar",other:"{count} bilar laddar"},waiting:{one:"{count} bil väntar",other:"{count} bilar väntar"},idle:"Ingen bil laddar",temporary_limit:"{circuit} är begränsad till {limit} till {until} ({name}).",unknown:{one:"{count} okänd laddbox vill vara med",other:"{count} okända laddboxar vill vara med"},see:"Se vilken det är",wiring_hint:"{name} är kanske inkopplad på ett annat sätt än inställningarna säger.",see_wiring:"Se fasinkopplingen"},reason:{none:"Inget är bestämt ännu.",no_car:"Ingen bil är inkopplad.",not_started:"En bil är inkopplad; laddningen har inte börjat.",full_speed:"Inget håller tillbaka den: den får ta sitt högsta värde {maximum}.",equal_share:"Den delar strömmen lika med de andra.",equal_share_where:"Den delar fas {phase} lika med de andra ({circuit}).",minimum:"Strömmen räcker inte till alla: var och en behåller minimiströmmen.",minimum_where:"Fas {phase} räcker inte till alla ({circuit}): var och en behåller minimiströmmen.",starting:"Den har just börjat: först visar den vad den kan använda.",unused_current:"Bilen tar mindre än den kunde få; resten går till andra.",waiting_for_increase:"Den får {target} om ett ögonblick: andra går ner först.",too_little_to_start:"Den behöver mer ström för att starta än vad som finns till den.",waiting_for_room:"Det finns ingen ledig ström åt den just nu: den fortsätter när det har varit ledigt en stund.",waiting_for_room_where:"Fas {phase} har ingen ledig ström ({circuit}): den fortsätter när det har varit ledigt en stund.",short_pause:"Det finns ledig ström igen: den fortsätter efter en kort paus, eftersom ständigt av och på sliter på bilar och kontaktorer.",waiting_for_turn:"Det räcker inte till alla: den väntar på sin tur.",finding_wiring:"Gränsen går upp och ner i några minuter, så att mätaren visar vilka faser som följer.",imbalance:"Mer skulle belasta dess fas för ojämnt jämfört med de andra.",waiting_for_turn_where:"Fas {phase} räcker inte till alla ({circuit}): den väntar på sin tur.",paused_by_user:"Någon har pausat den.",car_full:"Bilen är full eller tar inget av andra skäl.",car_paused:"Bilen tar inget just nu; dess minimiström hålls avsatt.",safe_limit:"Mätaren går inte att lita på: alla delar på säkerhetsgränsen.",temporary_limit:"En tillfällig gräns gäller: den delar på det som blir kvar.",temporary_limit_where:"En tillfällig gräns gäller ({circuit}): den delar på fas {phase}.",charger_offline:"Laddboxen är inte ansluten: den gör det som den gör på egen hand, och det som den kan ta hålls avsatt.",not_controllable:"Laddboxen tar inte emot gränser; de andra lämnar plats för den.",does_not_obey:"Den tar mer än den får och räknas med det som den tar.",over_limit:"En fas är över sin gräns: strömmen sänks tills gränsen håller.",over_limit_where:"Fas {phase} är över sin gräns ({circuit}): strömmen sänks tills gränsen håller.",balancing_off:"Lastbalanseringen är av: alla får ta sitt högsta värde.",alone:"Den får all ström som finns kvar.",alone_where:"Den får allt som finns kvar på fas {phase} ({circuit})."},next_turn:"Dess tur kommer senast om {time}.",next_turn_now:"Dess tur kommer nu.",cause:{starting:"Ingen avläsning av mätaren sedan starten",silent:"Mätaren var tyst",frozen:"Mätarens värden ändrades inte",implausible:"Mätaren visade omöjliga värden"},history:{on_day:"Dag",where:"Grupp eller matarledning",period:"Period",hour:"1 timme",six_hours:"6 timmar",day:"1 dygn",week:"1 vecka",earlier:"Tidigare",later:"Senare",chargers:"Alla laddboxars ström",meter:"Elanslutningens ström",feeder_chargers:"Strömmen till matarledningens laddboxar",feeder_meter:"Matarledningens ström",other_load:"Övrig last",maximum_current:"Gräns",grid_maximum_current:"Anslutningens gräns",safe_limit_period:"Säkerhetsgräns",download:"Ladda ner mätarens värden (CSV)",no_recorder:"Home Assistant sparar ingen historik",no_recorder_text:"Diagrammen behöver integrationerna recorder och historik.",empty:"Inget har sparats från den här perioden.",summary:"{name}: högst {highest}"},log:{safe_limit:"Säkerhetsgräns",safe_limit_help:"När gruppen delade på säkerhetsgränsen eftersom mätaren inte gick att lita på.",safe_limit_never:"Den har aldrig behövts.",safe_limit_no_meter:"Den här gruppen har ingen mätare, så den behöver ingen säkerhetsgräns.",start:"Start",end:"Slut",lasts:"pågår",duration:"Varaktighet",cause:"Varför",limit:"Gräns",recalculations:"Beräkningar",recalculations_help:"Alla tal som gick in i en gräns och kom ut ur den, för fackfolk. Det senaste dygnet sparas.",recalculations_never:"Inget har beräknats ännu. Det börjar med den första bilen.",all_chargers:"Alla laddboxar",charger:"Laddbox",reload:"Ladda om",live:"Direkt",time:"Tid",trigger:"På grund av",mode:"Läge",meter:"Mätare",other_load:"Övrig last",available:"Tillgängligt",result:"Gränser",outlet:"Uttag",status:"Status",measured:"Uppmätt",offered:"Erbjudet",new_limit:"Ny gräns",share:"Andel",reason:"Orsak",more:"Visa mer",details:"Detaljer för {time}",modes:{off:"Av",dynamic:"DLM",adaptive:"ALM",safe_limit:"Säkerhetsgräns"},triggers:{capabilities:"laddboxens förmågor",connection:"anslutning",connector:"uttag",find_wiring:"sökning efter fasinkopplingen",first_in_line:"någon sattes först",identity:"laddboxens identitet",report:"laddboxens rapport",limit:"gräns godtagen",meter:"mätare",settings:"inställningar",status:"status",temporary_limit:"slut på en tillfällig gräns",time:"en väntetid är slut",transaction:"laddsession",values:"laddboxens värden",wiring:"fasinkopplingen bekräftad"}},settings:{read_only:"Bara administratörer kan ändra inställningar.",group:"Lastbalansering",maximum_current:"Gräns för alla laddboxar",maximum_current_help:"Vad alla laddboxar tillsammans får ta, per fas. Säkringen klarar {rated}.",balancing:"Dynamisk lastbalansering (DLM)",balancing_help:"Laddboxarna delar på gränsen. Av: var och en får ta sitt eget högsta värde.",policy:"När strömmen inte räcker till alla",policies:{take_turns:"Turas om: gränsen håller alltid",minimum_for_all:"Minimiström till alla: gränsen kan överskridas, upp till säkringen"},adaptive:"Adaptiv lastbalansering (ALM)",adaptive_help:"Bilarna får det som byggnaden lämnar över.",grid_maximum_current:"Gräns för byggnad och bilar",grid_maximum_current_help:"Vad byggnaden och bilarna tillsammans får ta, per fas. Huvudsäkringen klarar {rated}.",safe_limit:"Säkerhetsgräns",safe_limit_help:"Vad laddboxarna delar på när mätaren inte går att lita på. Den gäller också när Home Assistant stannar: då faller laddboxarna till 6 A var där det ryms för alla, och slutar annars ladda.",phase_choice:"Fas som gäller",phase_choices:{each_phase:"Varje fas för sig",highest_phase:"Den mest belastade fasen för alla",l1:"L1 för alla",l2:"L2 för alla",l3:"L3 för alla"},no_meter:"Utan mätare delar laddboxarna på en fast gräns. Med en mätare får bilarna det som byggnaden lämnar över.",set_up_meter:"Lägg till en mätare",chargers:"Laddboxar",dlm:"DLM",alm:"ALM",suited:{yes:"Lämplig",no:"Inte lämplig",unknown:"Inte känt ännu"},because:{known_model:"modellen är känd för det",takes_limits:"den tog emot en gräns",takes_no_limits:"den avvisade alla sätt att sätta en gräns",no_smart_charging:"den säger inte att den kan styras",smart_charging:"den säger att den kan styras",reports_phases:"den rapporterar strömmen på varje fas",reports_no_phases:"den rapporterar inte strömmen på varje fas",own_meter:"en egen mätare anger det",not_seen:"ingen laddsession har visat det ännu"},feeder_help:"Vad den här matarledningen får bära, per fas. Dess säkring klarar {rated}.",feeder_safe_limit:"Säkerhetsgräns för {name}",feeder_safe_limit_help:"Vad laddboxarna på den här matarledningen delar på när dess mätare inte går att lita på.",without:"Om Home Assistant stannar",fail_safe:{falls:"den går ner till {fallback} efter högst {time}",falls_soon:"den går ner till {fallback}",stops:"den slutar ladda efter högst {time}",stops_soon:"den slutar ladda",stays:"den behåller sin senaste gräns eller glömmer alla gränser: installatörens inställning är det som gäller",unknown:"inte känt före den första laddsessionen",accepted:"laddboxen godtog det",verified:"laddboxen bekräftar det",proven:"bevisat",counts:"inte bevisat än, så det räknas med upp till {maximum}"},find_wiring:"Ta reda på fasinkopplingen",wiring_help:"Med en mätare går den att hitta medan en bil laddar här: gränsen går upp och ned, och mätaren visar vilka faser som följer.",wiring_searching:"Gränsen går upp och ned i några minuter. Resultatet står under Reparationer.",connector_maximum:"Högsta värde",connector_maximum_of:"Högsta värde för {name}",unknown:"Väntar på att godkännas",unknown_help:"De här laddboxarna har anslutit. De får ingen gräns och ingen bil laddar innan du lägger till dem.",unknown_connected:"ansluten",unknown_gone:"inte längre ansluten",add:"Lägg till laddbox",saved:"Sparat",entry:"Gruppens alla inställningar",wiring_hint:"Bilens steg syntes på {seen} hos mätaren. Enligt fasinkopplingen skulle de synas på {expected}. Ta reda på fasinkopplingen medan en bil laddar: inget ändras av sig självt."},tags:{title:"Vem som får ladda",everybody:"Alla får ladda",everybody_help:"Utan lista får alla som kopplar in en bil ladda, vilket kort som än visas. Spärrade i listan avvisas ändå. Laddboxar som startar själva använder en fast id-tagg, som måste finnas i listan om detta är av.",name:"Namn",id_tag:"Id-tagg",expires:"Sista dag",group:"Grupp av taggar",blocked:"Spärrad",add:"Lägg till kort",remove:"Ta bort {name}",save:"Spara listan",seen:"Nyligen visade",seen_help:"Håll ett kort mot en laddbox: det dyker upp här och kan få ett namn.",learn:"Ge {tag} ett namn",nobody:"Ingen finns i listan än."},card:{group:"Grupp",open:"Öppna sidan",outlet:"Uttag",feeder:"Matarledning",of_group:{name:"EV Load Manager",description:"Vem som laddar med hur mycket, och varför."},of_outlet:{name:"EV Load Manager: ett uttag",description:"Vad bilen vid ett uttag får, och varför."},of_feeder:{name:"EV Load Manager: en matarledning",description:"Vad som går genom en matarledning, och vilka som laddar bakom den."},of_cars:{name:"EV Load Manager: bilar",description:"Bara bilarna, utan kretsarna som matar dem."}},no_outlet:{title:"Det här uttaget finns inte",text:"Dess laddbox har tagits bort eller bytts ut."},no_outlets_behind:"Ingen laddbox hänger på den här matarledningen.",one_outlet:{all:"Alla uttag",fed_by:"Vad som matar det",copy:"Kopiera adressen",copied:"Kopierad"},happened:{title:"Vad som har hänt",help:"Vem som fick mer eller mindre, och varför: det senaste dygnet, sedan Home Assistant startade.",nothing:"Inget har hänt sedan Home Assistant startade.",yesterday:"I går",began:"{outlet}: en laddsession har börjat.",ended:"{outlet}: laddsessionen är slut.",up:"{outlet} upp till {limit}",up_some:"{outlet} får mer",down:"{outlet} ner till {limit}",down_some:"{outlet} får mindre",paused:"{outlet} pausad",goes_on:"{outlet} fortsätter med {limit}",goes_on_some:"{outlet} fortsätter",because:"{changed}: {why}.",and_others:"{names} och {count} andra",lost:"{outlet}: anslutningen är bruten.",back:"{outlet}: ansluten igen.",meter_back:"Mätaren är tillbaka: bilarna får det som byggnaden lämnar kvar.",cause:{silent:"Mätaren har tystnat: bilarna delar på säkerhetsgränsen.",frozen:"Mätarens värden har slutat röra sig: bilarna delar på säkerhetsgränsen.",implausible:"Mätaren visar omöjliga värden: bilarna delar på säkerhetsgränsen."},setting:"{setting}: {after} i stället för {before}.",setting_on:"{setting}: på.",setting_off:"{setting}: av.",setting_choice:"{setting}: {after}.",why:{setting:"en gräns ändrades",safe_limit_began:"mätaren går inte att lita på",meter_back:"mätaren är tillbaka",more_cars:"en bil till laddar",fewer_cars:"en annan bil har slutat",other_load_rose:"byggnaden tar mer på {phase}",other_load_rose_feeder:"det som annars hänger på {circuit} tar mer på {phase}",other_load_fell:"byggnaden tar mindre på {phase}",other_load_fell_feeder:"det som annars hänger på {circuit} tar mindre på {phase}",allowed:"ingen pausar den längre",full_speed:"inget håller tillbaka den",equal_share:"den delar med de andra",equal_share_where:"den delar på {phase} ({circuit})",minimum:"det räcker inte till alla",starting:"den har just börjat",unused_current:"bilen tar mindre än den kunde få",waiting_for_increase:"andra har gått ner",waiting_for_turn:"den väntar på sin tur",waiting_for_room:"det finns ingen ledig ström",waiting_for_room_where:"{phase} har ingen ledig ström ({circuit})",too_little_to_start:"det är för lite för att starta",paused_by_user:"någon pausade den",car_full:"bilen är full eller tar inget",car_paused:"bilen tar inget just nu",safe_limit:"säkerhetsgränsen gäller",temporary_limit:"en tillfällig gräns gäller",charger_offline:"laddboxen är inte ansluten",not_controllable:"laddboxen tar inte emot gränser",does_not_obey:"den tar mer än den får",over_limit:"en fas är över sin gräns",over_limit_where:"{phase} är över sin gräns ({circuit})",balancing_off:"lastbalanseringen är av",imbalance:"fasen skulle belastas för ojämnt",finding_wiring:"fasinkopplingen söks"}},now_cause:{starting:"Mätaren har inte sagt något sedan starten.",silent:"Mätaren är tyst.",frozen:"Mätarens värden ändras inte.",implausible:"Mätaren visar omöjliga värden.",shared:"Tills den är tillbaka delar bilarna på säkerhetsgränsen {limit}.",nobody:"Ingen laddar förrän den är tillbaka: säkerhetsgränsen {limit} är för låg för en bil."},outlets:"Uttagen"};var F2={de:J5,en:o2,fi:X5,nb:Y5,nl:C3,sv:H3};function V3(L,V){let C=L;for(let H of V){if(typeof C!="object"||C===null)return;C=C[H]}return typeof C=="string"?C:void 0}function L3(L){let V=L.locale?.language??L.language,C=V.split("-")[0].replace(/^(nn|no)$/,"nb");return[V,C].find(H=>H in F2)??"en"}function M(L,V,C={}){let H=V.split(".");return(V3(F2[L3(L)],H)??V3(o2,H)??V).replace(/\{(\w+)\}/g,(r,t)=>String(C[t]??r))}var n2=(L,V,C)=>M(L,`${V}.${new Intl.PluralRules(L3(L)).select(C)==="one"?"one":"other"}`,{count:C}),p1=(L,V,C)=>L.localize(`component.${f}.entity.sensor.${V}.state.${C}`)||C.replaceAll("_"," ");async function A2(L){await Promise.allSettled([L.loadBackendTranslation?.("entity",f),L.loadBackendTranslation?.("exceptions",f)])}var k=S`
  :host {
    --radius: var(--ha-card-border-radius, var(--ha-border-radius-lg, 12px));
    --quiet: var(--secondary-text-color, #727272);
    --loud: var(--primary-text-color, #212121);
    --accent: var(--primary-color, #009ac7);
    /* Home Assistant's own accent is too light for small words on white. */
    --accent-words: color-mix(in srgb, var(--accent) 66%, var(--loud));
    --line: var(--divider-color, #e0e0e0);
    --track: color-mix(in srgb, var(--primary-text-color, #212121) 9%, transparent);
    --other: color-mix(in srgb, var(--primary-text-color, #212121) 38%, transparent);
    --good: var(--success-color, #43a047);
    --warn: var(--warning-color, #ffa600);
    --bad: var(--error-color, #db4437);
    color: var(--loud);
    font-family: var(--ha-font-family-body, Roboto, sans-serif);
    font-size: var(--ha-font-size-m, 14px);
    line-height: var(--ha-line-height-normal, 1.5);
    -webkit-font-smoothing: antialiased;
  }
  * {
    box-sizing: border-box;
  }
  h2,
  h3,
  p,
  dl,
  dd,
  ul,
  figure {
    margin: 0;
    padding: 0;
  }
  ul {
    list-style: none;
  }
  h2,
  h3 {
    font-weight: var(--ha-font-weight-medium, 500);
    font-size: var(--ha-font-size-l, 16px);
    line-height: 1.4;
  }
  .card {
    background: var(--ha-card-background, var(--card-background-color, #fff));
    border: var(--ha-card-border-width, 1px) solid var(--ha-card-border-color, var(--line));
    border-radius: var(--radius);
    box-shadow: var(--ha-card-box-shadow, none);
    padding: 16px;
    min-width: 0;
  }
  .icon {
    width: 24px;
    height: 24px;
    fill: currentColor;
    flex: none;
    vertical-align: middle;
  }
  .small.icon,
  .small .icon {
    width: 18px;
    height: 18px;
  }
  .quiet {
    color: var(--quiet);
  }
  .row {
    display: flex;
    align-items: center;
    gap: 12px;
    min-width: 0;
  }
  .grow {
    flex: 1;
    min-width: 0;
  }
  .name {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .numbers {
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    border-radius: 9999px;
    padding: 2px 10px;
    font-size: var(--ha-font-size-s, 12px);
    font-weight: var(--ha-font-weight-medium, 500);
    white-space: nowrap;
    background: var(--track);
    color: var(--loud);
  }
  .chip::before {
    content: "";
    width: 8px;
    height: 8px;
    border-radius: 50%;
    background: var(--chip-color, var(--other));
  }
  .chip.good {
    --chip-color: var(--good);
  }
  .chip.warn {
    --chip-color: var(--warn);
  }
  .chip.bad {
    --chip-color: var(--bad);
  }
  .chip.accent {
    --chip-color: var(--accent);
  }
  button,
  a.button {
    font: inherit;
    font-weight: var(--ha-font-weight-medium, 500);
    color: var(--accent-words);
    background: none;
    border: 0;
    border-radius: 9999px;
    min-height: 40px;
    padding: 0 14px;
    display: inline-flex;
    align-items: center;
    gap: 8px;
    cursor: pointer;
    text-decoration: none;
    white-space: nowrap;
  }
  button.filled,
  a.button.filled {
    background: color-mix(in srgb, var(--accent) 76%, black);
    color: #fff;
  }
  button.tonal,
  a.button.tonal {
    background: color-mix(in srgb, var(--accent) 14%, transparent);
  }
  button:hover:not(:disabled),
  a.button:hover {
    background: color-mix(in srgb, var(--accent) 10%, transparent);
  }
  button.filled:hover:not(:disabled),
  a.button.filled:hover {
    background: color-mix(in srgb, var(--accent) 64%, black);
  }
  button.tonal:hover:not(:disabled),
  a.button.tonal:hover {
    background: color-mix(in srgb, var(--accent) 22%, transparent);
  }
  button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  a {
    color: var(--accent-words);
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  input[type="text"],
  input[type="number"],
  input[type="datetime-local"],
  input[type="date"],
  select {
    font: inherit;
    color: var(--loud);
    background: var(--ha-color-form-background, var(--track));
    border: 0;
    border-bottom: 1px solid var(--ha-color-border-neutral-loud, var(--quiet));
    border-radius: 4px 4px 0 0;
    min-height: 44px;
    padding: 4px 12px;
    max-width: 100%;
  }
  input[type="number"] {
    width: 104px;
    text-align: end;
    font-variant-numeric: tabular-nums;
  }
  select {
    appearance: none;
    padding-inline-end: 36px;
    text-overflow: ellipsis;
    background-image:
      linear-gradient(45deg, transparent 50%, currentColor 50%),
      linear-gradient(-45deg, transparent 50%, currentColor 50%);
    background-position:
      right 19px center,
      right 13px center;
    background-size:
      6px 6px,
      6px 6px;
    background-repeat: no-repeat;
  }
  select option {
    background: var(--card-background-color, #fff);
    color: var(--loud);
  }
  input:disabled,
  select:disabled {
    opacity: 0.6;
    border-bottom-style: dotted;
  }
  input[type="checkbox"][role="switch"] {
    appearance: none;
    position: relative;
    flex: none;
    width: 48px;
    height: 28px;
    margin: 0;
    border-radius: 9999px;
    background: color-mix(in srgb, var(--loud) 30%, transparent);
    cursor: pointer;
    transition: background 0.15s ease;
  }
  input[type="checkbox"][role="switch"]::after {
    content: "";
    position: absolute;
    inset-block-start: 4px;
    inset-inline-start: 4px;
    width: 20px;
    height: 20px;
    border-radius: 50%;
    background: #fff;
    box-shadow: 0 1px 3px rgba(0, 0, 0, 0.35);
    transition: translate 0.15s ease;
  }
  input[type="checkbox"][role="switch"]:checked {
    background: var(--accent);
  }
  input[type="checkbox"][role="switch"]:checked::after {
    translate: 20px 0;
  }
  :host([dir="rtl"]) input[type="checkbox"][role="switch"]:checked::after {
    translate: -20px 0;
  }
  input[type="checkbox"][role="switch"]:disabled {
    opacity: 0.5;
    cursor: default;
  }
  .alert {
    display: flex;
    align-items: center;
    gap: 12px;
    flex-wrap: wrap;
    border-radius: var(--ha-border-radius-sm, 4px);
    padding: 8px 12px;
    --tone: var(--info-color, #039be5);
    background: color-mix(in srgb, var(--tone) 13%, transparent);
  }
  .alert .icon {
    color: var(--tone);
  }
  .alert.warn {
    --tone: var(--warn);
  }
  .alert.bad {
    --tone: var(--bad);
  }
  .empty {
    text-align: center;
    padding: 40px 24px;
    display: grid;
    justify-items: center;
    gap: 12px;
    max-width: 560px;
    margin: 0 auto;
  }
  .empty .icon {
    width: 56px;
    height: 56px;
    color: var(--quiet);
  }
  code {
    font-family: var(--ha-font-family-code, monospace);
    background: var(--track);
    border-radius: 4px;
    padding: 2px 6px;
    overflow-wrap: anywhere;
    user-select: all;
  }
  table {
    border-collapse: collapse;
    width: 100%;
  }
  th,
  td {
    text-align: start;
    padding: 8px 10px;
    border-bottom: 1px solid var(--line);
    vertical-align: top;
  }
  th {
    font-weight: var(--ha-font-weight-medium, 500);
    color: var(--quiet);
    white-space: nowrap;
  }
  td.end,
  th.end {
    text-align: end;
  }
  tbody tr:last-child td {
    border-bottom: 0;
  }
  .scroll {
    overflow-x: auto;
    margin-inline: -16px;
    padding-inline: 6px;
  }
  .sr {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      transition: none !important;
    }
  }
`;var W={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},M1=L=>(...V)=>({_$litDirective$:L,values:V}),J=class{constructor(V){}get _$AU(){return this._$AM._$AU}_$AT(V,C,H){this._$Ct=V,this._$AM=C,this._$Ci=H}_$AS(V,C){return this.update(V,C)}update(V,C){return this.render(...C)}};var{I:l0}=$5,e3=L=>L;var t3=L=>L.strings===void 0,r3=()=>document.createComment(""),f1=(L,V,C)=>{let H=L._$AA.parentNode,e=V===void 0?L._$AB:V._$AA;if(C===void 0){let r=H.insertBefore(r3(),e),t=H.insertBefore(r3(),e);C=new l0(r,t,L,L.options)}else{let r=C._$AB.nextSibling,t=C._$AM,i=t!==L;if(i){let o;C._$AQ?.(L),C._$AM=L,C._$AP!==void 0&&(o=L._$AU)!==t._$AU&&C._$AP(o)}if(r!==e||i){let o=C._$AA;for(;o!==r;){let d=e3(o).nextSibling;e3(H).insertBefore(o,e),o=d}}}return C},i1=(L,V,C=L)=>(L._$AI(V,C),L),m0={},d2=(L,V=m0)=>L._$AH=V,M3=L=>L._$AH,l2=L=>{L._$AR(),L._$AA.remove()};var i3=(L,V,C)=>{let H=new Map;for(let e=V;e<=C;e++)H.set(L[e],e);return H},m2=M1(class extends J{constructor(L){if(super(L),L.type!==W.CHILD)throw Error("repeat() can only be used in text expressions")}dt(L,V,C){let H;C===void 0?C=V:V!==void 0&&(H=V);let e=[],r=[],t=0;for(let i of L)e[t]=H?H(i,t):t,r[t]=C(i,t),t++;return{values:r,keys:e}}render(L,V,C){return this.dt(L,V,C).values}update(L,[V,C,H]){let e=M3(L),{values:r,keys:t}=this.dt(V,C,H);if(!Array.isArray(e))return this.ut=t,r;let i=this.ut??=[],o=[],d,s,m=0,u=e.length-1,p=0,h=r.length-1;for(;m<=u&&p<=h;)if(e[m]===null)m++;else if(e[u]===null)u--;else if(i[m]===t[p])o[p]=i1(e[m],r[p]),m++,p++;else if(i[u]===t[h])o[h]=i1(e[u],r[h]),u--,h--;else if(i[m]===t[h])o[h]=i1(e[m],r[h]),f1(L,o[h+1],e[m]),m++,h--;else if(i[u]===t[p])o[p]=i1(e[u],r[p]),f1(L,e[m],e[u]),u--,p++;else if(d===void 0&&(d=i3(t,p,h),s=i3(i,m,u)),d.has(i[m]))if(d.has(i[u])){let c=s.get(t[p]),q=c!==void 0?e[c]:null;if(q===null){let r1=f1(L,e[m]);i1(r1,r[p]),o[p]=r1}else o[p]=i1(q,r[p]),f1(L,e[m],q),e[c]=null;p++}else l2(e[u]),u--;else l2(e[m]),m++;for(;p<=h;){let c=f1(L,o[h+1]);i1(c,r[p]),o[p++]=c}for(;m<=u;){let c=e[m++];c!==null&&l2(c)}return this.ut=t,d2(L,o),y}});var D2=new Map;function O1(L,V,...C){return D2.has(L)||D2.set(L,p0(L,V,C)),D2.get(L)}async function p0(L,V,C){if(customElements.get(L))return!0;try{await document.createElement("partial-panel-resolver")._getRoutes([{url_path:"x",component_name:V}]).routes.x.load();let e=`ha-panel-${V}`;for(let r of C)await document.createElement(e).routerOptions.routes[r].load(),e=`ha-${V}-${r}`;await Promise.race([customElements.whenDefined(L),new Promise(r=>setTimeout(r,4e3))])}catch{}return customElements.get(L)!==void 0}async function p2(L,V,C){await s0(L,V,C).catch(()=>!1)||t1(H1(C))}async function s0(L,V,C){let H="ha-config-integration-page",[e,r]=await Promise.all([O1(H,"config","integrations","integration"),V.callWS({type:"config_entries/get",domain:f}),V.loadFragmentTranslation?.("config"),V.loadBackendTranslation?.("config_subentries",f)]),t=r.find(({entry_id:d})=>d===C);if(!e||!t)return!1;L.querySelector(H)?.remove();let i=document.createElement(H);Object.assign(i,{hass:V,domain:f,configEntries:[t],_extraConfigEntries:[t]}),Object.assign(i,{shouldUpdate:()=>!1}),i.style.display="none",L.append(i);let o=!1;return i.addEventListener("show-dialog",()=>o=!0,{once:!0}),await i._addSubEntry?.({target:{flowType:"charger"}}),o}var a3="important",v0=" !"+a3,V1=M1(class extends J{constructor(L){if(super(L),L.type!==W.ATTRIBUTE||L.name!=="style"||L.strings?.length>2)throw Error("The `styleMap` directive must be used in the `style` attribute and must be the only part in the attribute.")}render(L){return Object.keys(L).reduce((V,C)=>{let H=L[C];return H==null?V:V+`${C=C.includes("-")?C:C.replace(/(?:^(webkit|moz|ms|o)|)(?=[A-Z])/g,"-$&").toLowerCase()}:${H};`},"")}update(L,[V]){let{style:C}=L.element;if(this.ft===void 0)return this.ft=new Set(Object.keys(V)),this.render(V);for(let H of this.ft)V[H]==null&&(this.ft.delete(H),H.includes("-")?C.removeProperty(H):C[H]=null);for(let H in V){let e=V[H];if(e!=null){this.ft.add(H);let r=typeof e=="string"&&e.endsWith(v0);H.includes("-")||r?C.setProperty(H,r?e.slice(0,-11):e,r?a3:""):C[H]=e}}return y}});var u0={comma_decimal:["en-US","en"],decimal_comma:["de","es","it"],space_comma:["fr","sv","cs"],quote_decimal:["de-CH"]},o3=new Map;function x0(L,V){let C=`${L.language} ${L.number_format} ${V}`,H=o3.get(C);if(!H){let e=L.number_format==="system"?void 0:u0[L.number_format]??[L.language];H=new Intl.NumberFormat(e,{minimumFractionDigits:V,maximumFractionDigits:V,useGrouping:L.number_format!=="none"}),o3.set(C,H)}return H}var _=(L,V,C=1)=>x0(L.locale,C).format(Math.abs(V)<.5/10**C?0:V),g=(L,V)=>`${_(L,V,Number.isInteger(Math.round(V*10)/10)?0:1)} A`,E=(L,V)=>`${_(L,V)} A`,v2=(L,V)=>`${_(L,V/1e3)} kW`,A3=(L,V)=>`${_(L,V/1e3,V<1e4?2:1)} kWh`;function c0(L){return L==="12"?{hourCycle:"h12"}:L==="24"?{hourCycle:"h23"}:L==="system"?{hourCycle:new Intl.DateTimeFormat(void 0,{hour:"numeric"}).resolvedOptions().hourCycle}:{}}var d3=L=>L.locale.time_zone==="server"?{timeZone:L.config.time_zone}:{},l3=L=>({...c0(L.locale.time_format),...d3(L)}),k1=(L,V,C=!1)=>new Intl.DateTimeFormat(L.locale.language,{hour:"numeric",minute:"2-digit",...C?{second:"2-digit"}:{},...l3(L)}).format(V),j=(L,V,C=!1)=>new Intl.DateTimeFormat(L.locale.language,{day:"numeric",month:"short",hour:"numeric",minute:"2-digit",...C?{second:"2-digit"}:{},...l3(L)}).format(V);function E2(L,V){let C={dateStyle:"short",timeStyle:"medium",...d3(L)},H=new Intl.DateTimeFormat("sv-SE",C).format(V);return Date.parse(`${H.replace(" ","T")}Z`)}var I2=(L,V)=>new Date(E2(L,V)).toISOString().slice(0,10);function m3(L,V){let C=Date.parse(`${V}T00:00Z`)+864e5,H=C-(E2(L,C)-C);return C-(E2(L,H)-H)}var n3=new Map;function s2(L,V,C){let H=`${L.locale.language} ${C}`,e=n3.get(H);return e||(e=new Intl.NumberFormat(L.locale.language,{style:"unit",unit:C,unitDisplay:"short",maximumFractionDigits:0}),n3.set(H,e)),e.format(V)}function s1(L,V){let C=Math.max(0,Math.round(V));if(C<60)return s2(L,C,"second");let H=Math.round(C/60);if(H<60)return s2(L,H,"minute");let e=s2(L,Math.floor(H/60),"hour");return H%60?`${e} ${s2(L,H%60,"minute")}`:e}var $1=["#4269d0","#f4bd4a","#6cc5b0","#a463f2","#ff725c","#97bbf5","#01ab63","#ff8ab7","#9c6b4e","#094bad","#c99000","#d84f3e","#49a28f","#048732","#d96895","#8043ce"],Z0=L=>`var(--graph-color-${L%$1.length+1}, ${$1[L%$1.length]})`,p3=L=>$1[L%$1.length];function s3(L){let V=L.chargers.flatMap(C=>C.connectors.map(H=>`${C.id}/${H.number}`));return new Map(V.map((C,H)=>[C,Z0(H)]))}var I=(L,V)=>V.name??M(L,`circuit.${V.kind}`),u3=(L,V,C)=>V.connectors.length>1?M(L,"outlet",{charger:V.name,number:C.number}):V.name,u2=(L,V)=>V.mode?p1(L,"mode",V.mode):M(L,"starting"),x2=L=>({off:"warn",safe_limit:"bad",adaptive:"good",dynamic:"good"})[L.mode??""]??"";function x3(L,V,C){return V.online?C.status&&C.status!=="unknown"?p1(L,"status",C.status):M(L,"status_unknown"):M(L,"offline")}function c3(L,V){if(!L.online)return"bad";switch(V.status){case"charging":return"good";case"faulted":return"bad";case"suspended_ev":case"suspended_evse":case"preparing":return"accent";default:return""}}function Z3(L,V){return[V.starts_at===null?"":M(L,"connector.car_needs",{current:g(L,V.starts_at)}),V.shortfall?M(L,"connector.car_takes_less",{current:g(L,V.shortfall)}):"",V.follows_within===null?"":M(L,"connector.car_follows",{seconds:_(L,V.follows_within,0)}),V.phases.join(" ")].filter(C=>C).join(", ")}var v3=new WeakMap;function N2(L){let V=v3.get(L);return V===void 0&&(V=L.chargers.flatMap(({connectors:C})=>C).filter(({active:C})=>C).length<2,v3.set(L,V)),V}var h0=["waiting_for_turn","waiting_for_room","short_pause"],h3=L=>L.reason!==null&&h0.includes(L.reason);function c2(L,{state:V,fallback:C,lifetime:H,most:e}){if(V==="unknown")return M(L,"settings.fail_safe.unknown");if(V==="not_possible"||C===null)return M(L,"settings.fail_safe.stays");let r=`${C>0?"falls":"stops"}${H===null?"_soon":""}`,t=M(L,`settings.fail_safe.${r}`,{fallback:g(L,C),time:s1(L,H??0)}),i=M(L,`settings.fail_safe.${V}`),o=M(L,"settings.fail_safe.counts",{maximum:g(L,e)});return`${t} (${V==="proven"?i:`${i}; ${o}`})`}function S3(L,V){let C=V.safe_limit_cause,H=V.settings.safe_limit;if(!C)return"";let e=M(L,`now_cause.${C}`);if(H===void 0)return e;let r=Math.min(...V.chargers.map(({minimum:o})=>o)),t=H<r&&V.settings.policy!=="minimum_for_all",i=M(L,`now_cause.${t?"nobody":"shared"}`,{limit:g(L,H)});return`${e} ${i}`}function g3(L,V,C,H){if(!C.reason)return M(L,"reason.none");let e=V.circuits.find(u=>u.id===C.held_back_by),r={circuit:e?I(L,e):"",phase:C.phase??"",limit:C.limit===null?"":g(L,C.limit),target:C.target===null?"":g(L,C.target),fallback:g(L,C.fallback),maximum:g(L,C.maximum)},t=e&&C.phase?"_where":"",i=C.reason==="equal_share"&&N2(V)?"alone":C.reason,o=M(L,`reason.${i}${t}`,r),d=o===`reason.${i}${t}`?M(L,`reason.${i}`,r):o,s=d===`reason.${i}`?p1(L,"reason",C.reason):d;if(C.next_turn===null||C.reason==="short_pause")return s;let m=C.next_turn-H;return`${s} ${m>1?M(L,"next_turn",{time:s1(L,m)}):M(L,"next_turn_now")}`}function O3(L){let V=[],C=(H,e)=>{for(let r of L.circuits)r.parent===H&&r.kind!=="charger"&&(V.push({circuit:r,depth:e}),C(r.id,e+1))};return C(null,0),V}function v1(L,V){let C=s3(V);return V.chargers.flatMap(H=>H.connectors.map(e=>{let r=`${H.id}/${e.number}`;return{charger:H,connector:e,key:r,name:u3(L,H,e),color:C.get(r)}}))}var f3=new WeakMap;function S0(L){let V=f3.get(L);return V||(V=new Map(L.circuits.map(C=>[C.id,C])),f3.set(L,V)),V}function F1(L,V){let C=S0(L),H=[];for(let e=C.get(V.circuit);e;e=C.get(e.parent??""))H.push(e);return H}function Z2(L,V,C){return v1(L,V).filter(({connector:H})=>F1(V,H).some(({id:e})=>e===C.id))}function h2(L,V,C){let H=Z2(L,V,C).map(({connector:e,name:r,color:t})=>({name:r,color:t,drawn:O0(e),reserved:e.reserved}));return H.length>g0&&(H=f0(L,H)),C.other_load&&H.unshift({name:M(L,"bars.other_load"),color:"var(--other)",drawn:C.other_load,reserved:[0,0,0]}),H}var g0=40;function f0(L,V){let C=M(L,"settings.chargers");return[V.filter(H=>H.drawn),V.filter(H=>!H.drawn)].filter(H=>H.length).map(H=>{let e=r=>[0,1,2].map(t=>H.reduce((i,o)=>i+r(o,t),0));return{name:C,color:"var(--accent)",drawn:H[0].drawn&&e((r,t)=>r.drawn[t]),reserved:e((r,t)=>Math.max(r.drawn?.[t]??0,r.reserved[t]))}})}function O0({measured:L,session:V,stale:C}){return V?C?null:L:[0,0,0]}function k3(L,V,C){if(C.metered||j2(C))return C.metered_power;let H=0;for(let{connector:e}of Z2(L,V,C)){let r=W2(e);if(r===null)return null;H+=r}return H}function W2({power:L,session:V,stale:C}){return V?C?null:L:0}var b3=L=>L.metered??void 0,w3=(L,V)=>{if(!(V.kind==="grid"||V.other_load))return V.safe_limit_cause?V.capacity:L.available??V.capacity},j2=L=>!L.other_load&&(L.kind==="grid"||L.safe_limit_cause!==null);var G2=["L1","L2","L3"];var S2=.1,G=class extends Z{constructor(){super(...arguments);this.name="";this.phases=G2;this.limits=[0,0,0];this.parts=[];this.uncertain=!1}static{this.styles=[k,S`
      :host {
        display: grid;
        gap: 10px;
      }
      .phase {
        display: grid;
        grid-template-columns: 24px 1fr minmax(86px, max-content);
        align-items: center;
        gap: 10px;
      }
      .label {
        color: var(--quiet);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .track {
        position: relative;
        height: 14px;
        border-radius: 7px;
        background: var(--track);
        overflow: hidden;
        display: flex;
        /* While it moves nothing else has to be laid out anew. */
        contain: layout paint;
      }
      .part {
        height: 100%;
        flex: none;
        transition: width 0.6s ease;
        box-shadow: inset -1px 0 0 var(--ha-card-background, var(--card-background-color, #fff));
      }
      .reserved {
        opacity: 0.28;
        box-shadow: none;
      }
      .taken {
        position: absolute;
        inset-block: 0;
        inset-inline-end: 0;
        background: repeating-linear-gradient(
          -45deg,
          var(--other) 0 1.5px,
          transparent 1.5px 6px
        );
        transition: width 0.6s ease;
      }
      .limit {
        position: absolute;
        inset-block: 0;
        width: 2px;
        background: var(--bad);
      }
      .value {
        text-align: end;
        line-height: 1.25;
      }
      .value small {
        display: block;
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
      }
      .over small {
        color: var(--bad);
      }
      .current {
        font-weight: var(--ha-font-weight-medium, 500);
      }
    `]}render(){return this.phases.map(C=>this.bar(C,G2.indexOf(C)))}bar(C,H){let{hass:e}=this,r=this.limits[H],t=c=>Math.max(0,c.drawn?.[H]??0),i=this.total?.[H]??y3(this.parts.map(c=>c.drawn?.[H]??0)),o=y3(this.parts.map(c=>Math.max(t(c),c.reserved[H]))),d=Math.max(r,o,i,.1),s=this.total===void 0&&(this.uncertain||this.parts.some(c=>!c.drawn&&c.reserved[H]>0)),m=c=>`${Math.max(0,c)/d*100}%`,u=this.capacity?.[H]??r,p=i>r+S2,h=Math.min(r,u)-o;return a`
      <div
        class="phase ${p?"over":""}"
        role="meter"
        aria-label=${M(e,"bars.phase_of",{name:this.name,phase:C})}
        aria-valuemin="0"
        aria-valuemax=${r}
        aria-valuenow=${Math.round(i*10)/10}
        aria-valuetext=${M(e,"bars.of",{current:s?M(e,"bars.unknown"):E(e,i),limit:g(e,r)})}
      >
        <span class="label" aria-hidden="true">${C}</span>
        <div class="track" aria-hidden="true">
          ${this.parts.map(c=>{let q=t(c),r1=Math.max(0,c.reserved[H]-q);return a`
              ${q>.05?a`<div
                    class="part"
                    title="${c.name}: ${E(e,q)}"
                    style=${V1({width:m(q),background:c.color})}
                  ></div>`:A}
              ${r1>.05?a`<div
                    class="part reserved"
                    title="${c.name}: ${E(e,r1)} ${M(e,"bars.reserved")}"
                    style=${V1({width:m(r1),background:c.color})}
                  ></div>`:A}
            `})}
          ${u<r-S2?a`<div
                class="taken"
                title=${M(e,"bars.unavailable")}
                style=${V1({width:m(d-Math.max(u,o))})}
              ></div>`:A}
          ${d>r+S2?a`<div class="limit" style=${V1({left:m(r)})}></div>`:A}
        </div>
        <div class="value numbers" aria-hidden="true">
          <span class="current">${s?"–":_(e,i)}</span>
          <span class="quiet">/ ${g(e,r)}</span>
          <small>
            ${p?M(e,"bars.over",{current:E(e,i-r)}):this.uncertain?A:h>S2?M(e,"bars.headroom",{current:E(e,h)}):M(e,"bars.no_headroom")}
          </small>
        </div>
      </div>
    `}};n([l({attribute:!1})],G.prototype,"hass",2),n([l()],G.prototype,"name",2),n([l({attribute:!1})],G.prototype,"phases",2),n([l({attribute:!1})],G.prototype,"limits",2),n([l({attribute:!1})],G.prototype,"capacity",2),n([l({attribute:!1})],G.prototype,"parts",2),n([l({type:Boolean})],G.prototype,"uncertain",2),n([l({attribute:!1})],G.prototype,"total",2);var y3=L=>L.reduce((V,C)=>V+C,0);O("elm-phase-bars",G);var k0={grid:u5,group:X,feeder:s5,charger:X},u1=class extends Z{constructor(){super(...arguments);this.compact=!1}static{this.styles=[k,S`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        min-width: 0;
      }
      .circuit {
        position: relative;
        padding-block: 12px;
        padding-inline-start: calc(var(--depth) * 20px);
      }
      .circuit + .circuit {
        border-top: 1px solid var(--line);
      }
      .circuit header {
        display: flex;
        align-items: center;
        gap: 10px;
        margin-bottom: 12px;
      }
      .circuit header .icon {
        color: var(--quiet);
      }
      .power {
        white-space: nowrap;
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 16px;
        padding-top: 8px;
        border-top: 1px solid var(--line);
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
      }
      .legend li {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      .legend i {
        width: 18px;
        height: 10px;
        border-radius: 5px;
      }
      .legend .other {
        background: var(--other);
      }
      .legend .aside {
        background: color-mix(in srgb, #4269d0 30%, transparent);
      }
      .legend .taken {
        background: repeating-linear-gradient(
          -45deg,
          var(--other) 0 1.5px,
          transparent 1.5px 5px
        );
      }
    `]}render(){let{group:C,only:H}=this,e=O3(C).filter(({circuit:t})=>!H||H.includes(t.id)),r=Math.min(...e.map(({depth:t})=>t));return a`${e.map(({circuit:t,depth:i})=>this.circuit({circuit:t,depth:i-r}))}
    ${this.compact?A:this.legend()}`}circuit({circuit:C,depth:H}){let{hass:e,group:r}=this,t=I(e,C);return a`
      <div class="circuit" style=${V1({"--depth":String(H)})}>
        <header>
          ${x(k0[C.kind])}
          <h2 class="grow name" title=${t}>${t}</h2>
          ${this.power(C)}
          ${this.compact&&!this.only&&C.kind==="group"?a`<span class="chip ${x2(r)}">${u2(e,r)}</span>`:A}
        </header>
        <elm-phase-bars
          .hass=${e}
          .name=${t}
          .phases=${r.phases}
          .limits=${C.limit}
          .capacity=${w3(r,C)}
          .parts=${h2(e,r,C)}
          .total=${b3(C)}
          ?uncertain=${j2(C)}
        ></elm-phase-bars>
      </div>
    `}power(C){let H=k3(this.hass,this.group,C);return H===null&&C.metered?A:a`<span class="power numbers">${H===null?"–":v2(this.hass,H)}</span>`}legend(){let{hass:C,group:H}=this;return a`<ul class="legend" aria-hidden="true">
      ${H.circuits.some(e=>e.other_load)?a`<li><i class="other"></i>${M(C,"bars.other_load")}</li>`:A}
      <li><i class="aside"></i>${M(C,"bars.reserved")}</li>
      <li><i class="taken"></i>${M(C,"bars.unavailable")}</li>
    </ul>`}};n([l({attribute:!1,hasChanged:w})],u1.prototype,"hass",2),n([l({attribute:!1})],u1.prototype,"group",2),n([l({attribute:!1})],u1.prototype,"only",2),n([l({type:Boolean})],u1.prototype,"compact",2);O("elm-circuits",u1);var b0=["group","outlet","at"],R=class extends Z{constructor(){super(...arguments);this.entryId="";this.now=()=>0;this.at=0;this.compact=!1;this.alone=!1;this.error="";this.busy=!1;this.opened=!1;this.shown=""}static{this.styles=[k,S`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        min-width: 0;
      }
      h3 a {
        color: inherit;
        text-decoration: none;
      }
      h3 a:hover,
      h3 a:focus-visible {
        text-decoration: underline;
      }
      :host([compact]) .card {
        border: 0;
        border-radius: 0;
        box-shadow: none;
        padding-block: 12px;
      }
      .outlet {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 10px;
        align-content: start;
        border-inline-start: 4px solid var(--outlet-color);
      }
      .outlet.idle {
        border-inline-start-color: var(--line);
      }
      .outlet header {
        display: flex;
        align-items: center;
        flex-wrap: wrap;
        gap: 2px 10px;
        min-width: 0;
      }
      .outlet header :is(h2, h3) {
        flex: 1 1 auto;
        max-width: calc(100% - 28px);
        /* What tells outlets apart stands at the end of their names. */
        white-space: normal;
        overflow-wrap: anywhere;
      }
      .driver {
        flex: 1 0 100%;
        display: flex;
        align-items: center;
        gap: 6px;
      }
      .big {
        display: flex;
        align-items: baseline;
        flex-wrap: wrap;
        gap: 2px 8px;
      }
      .big strong {
        font-size: var(--ha-font-size-3xl, 28px);
        line-height: 1.15;
        font-weight: var(--ha-font-weight-normal, 400);
      }
      .why {
        min-height: 2.9em;
      }
      .idle .why {
        min-height: 0;
      }
      .per-phase {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 14px;
      }
      .footer {
        display: flex;
        align-items: center;
        gap: 8px;
        flex-wrap: wrap;
      }
      .buttons {
        display: flex;
        gap: 8px;
        margin-inline-start: auto;
      }
      details summary {
        cursor: pointer;
        color: var(--quiet);
        min-height: 28px;
        width: max-content;
      }
      dl {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: 4px 16px;
        padding-top: 4px;
      }
      dt {
        color: var(--quiet);
      }
      dd small {
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
        white-space: normal;
      }
      .told {
        white-space: normal;
      }
      .error {
        color: var(--bad);
      }
    `]}shouldUpdate(C){let H=this.picture(),e=H!==this.shown;return this.shown=H,e||[...C.keys()].some(r=>!b0.includes(r))}picture(){let{charger:C,connector:H,name:e,color:r}=this.outlet,{connectors:t,...i}=C,{next_turn:o,session:d}=H,s=this.now();return JSON.stringify([H,i,this.opened||this.alone?t:t.length,N2(this.group),e,r,this.group.phases,F1(this.group,H).map(m=>[m.id,m.name,m.limit]),o===null?null:_3(o-s),d===null?null:_3(s-d.since)])}render(){let{hass:C,group:H,outlet:e}=this,{charger:r,connector:t,name:i}=e,o=t.session!==null||t.active,d=t.session?t.measured:null,s=t.session?t.highest:null,m=t.session?W2(t):null,u=t.session?.driver;return a`
      <article
        class="card outlet ${o?"":"idle"}"
        style=${V1({"--outlet-color":e.color})}
        aria-label=${i}
      >
        <header>
          <span class="small quiet">${x(o?N1:h1)}</span>
          ${this.alone?a`<h2 class="name" title=${i}>${i}</h2>`:a`<h3 class="name" title=${i}>
                <a href=${a2(this.entryId,e.key)}>${i}</a>
              </h3>`}
          <span class="chip ${c3(r,t)}"
            >${x3(C,r,t)}</span
          >
          ${u?a`<span class="driver name">
                <span class="small quiet">${x(K2)}</span>
                <span class="sr">${M(C,"connector.driver")}</span> ${u}
              </span>`:A}
        </header>
        ${o?a`<div class="big numbers">
                <strong>${m===null?"–":v2(C,m)}</strong>
                <span class="quiet"
                  >${s===null||t.stale?"–":s?E(C,s):g(C,0)}
                  ${t.offered===null?M(C,"connector.nothing_offered"):M(C,"connector.of_offered",{offered:g(C,t.offered)})}</span
                >
              </div>
              ${d?a`<div class="per-phase quiet numbers">
                    ${H.phases.map((p,h)=>a`<span>${p} ${_(C,d[h])}</span>`)}${t.stale?a`<span>(${M(C,"connector.stale")})</span>`:A}
                  </div>`:A}`:A}
        <p class="why">
          ${g3(C,H,t,this.now())}
          ${t.first_in_line?M(C,"connector.is_first"):A}
        </p>
        <div class="footer">
          ${t.session?a`<span class="quiet numbers">${this.session(e)}</span>`:A}
          <div class="buttons">
          ${C.user?.is_admin&&t.reason==="waiting_for_turn"&&!t.first_in_line?a`<button
                class="tonal"
                ?disabled=${this.busy||!C.connected}
                aria-label=${M(C,"connector.first_of",{name:i})}
                @click=${()=>this.attempt(()=>W5(C,this.entryId,r.id,t.number))}
              >
                <span class="small">${x(p5)}</span> ${M(C,"connector.first")}
              </button>`:A}
          ${C.user?.is_admin&&(o||!t.charging_allowed)?a`<button
                class="tonal"
                ?disabled=${this.busy||!C.connected}
                aria-label=${M(C,t.charging_allowed?"connector.pause_of":"connector.allow_of",{name:i})}
                @click=${()=>this.attempt(()=>i2(C,this.entryId,r.id,t.number,{charging_allowed:!t.charging_allowed}))}
              >
                <span class="small">${x(t.charging_allowed?G1:z1)}</span>
                ${M(C,t.charging_allowed?"connector.pause":"connector.allow")}
              </button>`:A}
          </div>
        </div>
        ${this.error?a`<p class="error" role="alert">${this.error}</p>`:A}
        ${this.compact?A:this.alone?this.details():this.folded()}
      </article>
    `}folded(){let{hass:C,outlet:H}=this;return a`<details
      @toggle=${e=>{this.opened=e.target.open}}
    >
      <summary aria-label=${M(C,"connector.details_of",{name:H.name})}>
        ${M(C,"connector.details")}
      </summary>
      ${this.opened?this.details():A}
    </details>`}details(){let{hass:C,group:H}=this,{charger:e,connector:r}=this.outlet,t=H.circuits.find(o=>o.id===r.circuit&&o.kind==="charger"),i=r.car?Z3(C,r.car):"";return a`<dl class="numbers">
        ${this.fact("offered",r.offered)} ${this.fact("limit",r.limit)}
        ${this.fact("target",r.target)}
        ${this.fact("reserved",Math.max(...r.reserved))}
        <dt>${M(C,"connector.maximum")}</dt>
        <dd>${g(C,r.maximum)}</dd>
        <dt>${M(C,"connector.wiring")}</dt>
        <dd>${e.wiring.join("-")}</dd>
        <dt>${M(C,"connector.fallback")}</dt>
        <dd class="told">${c2(C,e.fail_safe)}</dd>
        ${i?a`<dt>${M(C,"connector.car")}</dt>
              <dd>${i}</dd>`:A}
        ${r.session?.id_tag?a`<dt>${M(C,"connector.id_tag")}</dt>
              <dd class="name">${r.session.id_tag}</dd>`:A}
      </dl>
      ${t?a`<elm-phase-bars
            .hass=${C}
            .name=${I(C,t)}
            .phases=${H.phases}
            .limits=${t.limit}
            .parts=${h2(C,H,t)}
          ></elm-phase-bars>`:A}`}fact(C,H){return H===null?A:a`<dt>${M(this.hass,`connector.${C}`)}</dt>
      <dd>
        ${E(this.hass,H)} <small>${M(this.hass,`connector.${C}_help`)}</small>
      </dd>`}session({connector:C}){let{hass:H}=this,e=C.session,r=this.now()-e.since,t=s1(H,r<60?r:Math.floor(r/60)*60);return e.energy===null?M(H,"connector.session_time",{time:t}):M(H,"connector.session",{energy:A3(H,e.energy),time:t})}async attempt(C){this.busy=!0,this.error="";try{await C()}catch(H){this.error=T(this.hass,H)}finally{this.busy=!1}}};n([l({attribute:!1,hasChanged:w})],R.prototype,"hass",2),n([l({attribute:!1})],R.prototype,"group",2),n([l({attribute:!1})],R.prototype,"outlet",2),n([l()],R.prototype,"entryId",2),n([l({attribute:!1})],R.prototype,"now",2),n([l({type:Number})],R.prototype,"at",2),n([l({type:Boolean,reflect:!0})],R.prototype,"compact",2),n([l({type:Boolean})],R.prototype,"alone",2),n([v()],R.prototype,"error",2),n([v()],R.prototype,"busy",2),n([v()],R.prototype,"opened",2);var _3=L=>L<60?Math.round(L):60+Math.floor(L/30);O("elm-outlet",R);var N=class extends Z{constructor(){super(...arguments);this.entryId="";this.now=()=>0;this.narrow=!1;this.compact=!1;this.shown={};this.unfolded=!1;this.at=0}static{this.styles=[k,S`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
        min-width: 0;
        container-type: inline-size;
      }
      .tree {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0;
        padding-block: 8px;
      }
      .summary {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px 16px;
      }
      .outlets {
        display: grid;
        gap: 16px;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr));
      }
      /* Of two hundred only those in sight are laid out and drawn. */
      .outlets elm-outlet {
        content-visibility: auto;
        contain-intrinsic-block-size: auto 210px;
      }
      :host([compact]) .outlets {
        gap: 0;
        grid-template-columns: 1fr;
      }
      :host([compact]) .card {
        border: 0;
        border-radius: 0;
        box-shadow: none;
        padding-block: 12px;
      }
      :host([compact]) {
        gap: 0;
      }
      :host([compact]) .tree ~ .outlets elm-outlet,
      :host([compact]) elm-outlet + elm-outlet,
      :host([compact]) .outlets + .tree,
      :host([compact]) .summary ~ .outlets {
        border-top: 1px solid var(--line);
      }
      :host([compact]) .summary {
        padding: 12px 16px;
      }
      .tree summary {
        cursor: pointer;
        min-height: 28px;
      }
      ol,
      .no-chargers {
        justify-items: center;
        display: grid;
        gap: 12px;
      }
    `]}connectedCallback(){super.connectedCallback(),this.timer=window.setInterval(()=>{this.group?.chargers.some(H=>H.connectors.some(e=>e.next_turn!==null||e.session))&&(this.at+=1)},1e3)}disconnectedCallback(){super.disconnectedCallback(),window.clearInterval(this.timer)}render(){let{shown:C}=this,H=this.outlets(),e=!C.carsOnly&&C.outlet===void 0;return a`
      ${this.compact&&!C.carsOnly?A:this.summary(H)}
      ${e&&!this.narrow?this.tree():A}
      ${H.length?a`<h2 class="sr">${M(this.hass,"outlets")}</h2>
            <div class="outlets">${this.cards(H)}</div>`:this.nobody()}
      ${e&&this.narrow?this.folded():A}
    `}outlets(){let{hass:C,group:H,shown:e}=this;if(e.circuit!==void 0){let t=H.circuits.find(({id:i})=>i===e.circuit);return t?Z2(C,H,t):[]}let r=v1(C,H);return e.outlet===void 0?r:r.filter(({key:t})=>t===e.outlet)}cards(C){return m2(C,({key:H})=>H,H=>a`<elm-outlet
        .hass=${this.hass}
        .group=${this.group}
        .outlet=${H}
        .entryId=${this.entryId}
        .now=${this.now}
        .at=${this.at}
        ?compact=${this.compact}
      ></elm-outlet>`)}tree(){return a`<section class="card tree" aria-label=${M(this.hass,"circuits")}>
      ${this.circuits()}
    </section>`}folded(){return a`<details
      class="card tree"
      @toggle=${C=>{this.unfolded=C.target.open}}
    >
      <summary>${M(this.hass,"circuits")}</summary>
      ${this.unfolded?this.circuits():A}
    </details>`}circuits(){let{circuit:C}=this.shown;return a`<elm-circuits
      .hass=${this.hass}
      .group=${this.group}
      .only=${C===void 0?void 0:[C]}
      ?compact=${this.compact}
    ></elm-circuits>`}summary(C){let{hass:H,group:e}=this,r=C.filter(({connector:i})=>i.status==="charging").length,t=C.filter(({connector:i})=>h3(i)).length;return a`
      <div class="summary">
        <span class="chip ${x2(e)}">${u2(H,e)}</span>
        ${e.safe_limit_cause?a`<span>${S3(H,e)}</span>`:A}
        <span class="quiet">
          ${r?n2(H,"summary.charging",r):M(H,"summary.idle")}${t?a`, ${n2(H,"summary.waiting",t)}`:A}
        </span>
      </div>
      ${e.temporary_limits.map(i=>{let o=e.circuits.find(({id:d})=>d===i.circuit);return a`<div class="alert warn">
          ${x(v5)}
          <span class="grow"
            >${M(H,"summary.temporary_limit",{limit:g(H,i.limit),circuit:o?I(H,o):"",until:j(H,new Date(i.until)),name:i.name})}</span
          >
        </div>`})}
      ${H.user?.is_admin?this.hints():A}
      ${H.user?.is_admin&&e.unknown.length?a`<div class="alert">
            ${x(K)}
            <span class="grow">${n2(H,"summary.unknown",e.unknown.length)}</span>
            <a class="button" href="${D}/settings/${this.entryId}"
              >${M(H,"summary.see")}</a
            >
          </div>`:A}
    `}hints(){let{hass:C,group:H}=this;return H.chargers.filter(({wiring_hint:e})=>e).map(({name:e})=>a`<div class="alert warn">
            ${x(K)}
            <span class="grow">${M(C,"summary.wiring_hint",{name:e})}</span>
            <a class="button" href="${D}/settings/${this.entryId}"
              >${M(C,"summary.see_wiring")}</a
            >
          </div>`)}nobody(){let{hass:C,shown:H}=this;return H.outlet!==void 0?a`<p class="card quiet">${M(C,"no_outlet.title")}</p>`:H.circuit!==void 0?a`<p class="card quiet">${M(C,"no_outlets_behind")}</p>`:this.noChargers()}noChargers(){let{hass:C,group:H}=this;return F(X,M(C,"no_chargers.title"),C.user?.is_admin?a`<span class="no-chargers">
            <span>${M(C,"no_chargers.text")}</span>
            <code>${H.url}</code>
            <span>${M(C,"no_chargers.then")}</span>
          </span>`:M(C,"no_chargers.guest"),C.user?.is_admin?a`<button
            class="filled"
            @click=${()=>p2(this.renderRoot,C,this.entryId)}
          >
            ${M(C,"no_chargers.add")}
          </button>`:A)}};n([l({attribute:!1,hasChanged:w})],N.prototype,"hass",2),n([l({attribute:!1})],N.prototype,"group",2),n([l()],N.prototype,"entryId",2),n([l({attribute:!1})],N.prototype,"now",2),n([l({type:Boolean})],N.prototype,"narrow",2),n([l({type:Boolean,reflect:!0})],N.prototype,"compact",2),n([l({attribute:!1})],N.prototype,"shown",2),n([v()],N.prototype,"unfolded",2),n([v()],N.prototype,"at",2);O("elm-now",N);var g2=window.matchMedia("(max-width: 600px)"),w0=({outlets:L,feeders:V},{outlet:C,circuit:H})=>C!==void 0?L.some(({id:e})=>e===C):H!==void 0?V.some(({id:e})=>e===H):!0,a1=class extends Z{constructor(){super(...arguments);this.shown={};this.narrow=g2.matches;this.follower=new g1(this);this.now=()=>this.follower.now;this.turned=()=>{this.narrow=g2.matches}}static{this.styles=[k,S`
      :host {
        display: block;
      }
      .frame {
        padding: 0;
        overflow: hidden;
      }
      .frame .card {
        border: 0;
      }
      footer {
        border-top: 1px solid var(--line);
        padding: 4px 8px;
      }
      .old {
        opacity: 0.6;
      }
      .words {
        padding: 16px;
      }
    `]}connectedCallback(){super.connectedCallback(),g2.addEventListener("change",this.turned),this.turned()}disconnectedCallback(){super.disconnectedCallback(),g2.removeEventListener("change",this.turned)}willUpdate(C){if(!this.hass)return;let H=C.get("hass");C.has("hass")&&H?.language!==this.hass.language&&A2(this.hass).then(()=>this.requestUpdate());let e=C.has("shown")||!this.first&&C.has("hass");!this.entryId&&e&&t2(this.hass).then(t=>{this.first=(t.find(i=>w0(i,this.shown))??t[0])?.entry_id??null},()=>{});let r=this.entryId??this.first;r&&this.follower.follow(this.hass,r)}render(){let{hass:C}=this;return C?a`<div class="card frame ${C.connected?"":"old"}">
      ${this.content()}
      <footer>
        <a class="button" href=${this.pagePath}>${M(C,"card.open")}</a>
      </footer>
    </div>`:A}get pagePath(){let C=this.entryId??this.first;if(!C)return D;let{outlet:H}=this.shown;return H?a2(C,H):`${D}/now/${C}`}content(){let{hass:C}=this,{seen:H}=this.follower;if(!this.entryId&&this.first===null)return F(X,M(C,"no_groups.title"),M(C,"no_groups.guest"));switch(H.state){case"loading":return a`<p class="words quiet" aria-busy="true">${M(C,"loading")}</p>`;case"running":return a`<elm-now
          compact
          .hass=${C}
          .group=${H.group}
          .entryId=${this.entryId??this.first??""}
          .now=${this.now}
          .shown=${this.shown}
          ?narrow=${this.narrow}
        ></elm-now>`;default:return a`<p class="words">
          ${x(K)} ${M(C,`${H.state}.title`)}
        </p>`}}};n([l({attribute:!1,hasChanged:w})],a1.prototype,"hass",2),n([l()],a1.prototype,"entryId",2),n([l({attribute:!1})],a1.prototype,"shown",2),n([v()],a1.prototype,"first",2),n([v()],a1.prototype,"narrow",2);O("ev-load-manager-live",a1);var x1=260,L1=class extends Z{constructor(){super(...arguments);this.lines=[];this.from=0;this.to=0;this.label=""}static{this.styles=[k,S`
      :host {
        display: block;
        min-width: 0;
      }
      .frame {
        min-height: ${x1}px;
      }
      ha-chart-base {
        display: block;
      }
      svg {
        display: block;
        width: 100%;
        height: ${x1}px;
        overflow: visible;
      }
      svg text {
        fill: var(--quiet);
        font-size: 11px;
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
        padding-top: 8px;
        justify-content: center;
      }
      .legend span {
        display: inline-flex;
        gap: 6px;
        align-items: center;
      }
      .legend i {
        width: 12px;
        height: 12px;
        border-radius: 50%;
      }
    `]}connectedCallback(){super.connectedCallback(),O1("ha-chart-base","history").then(C=>{this.native=C})}render(){return a`<figure class="frame" aria-label=${this.label}>
      ${this.native===void 0?A:this.native?this.nativeChart():this.plainChart()}
    </figure>`}get highest(){let C=this.lines.filter(H=>!H.shade).flatMap(H=>H.points.map(([,e])=>e??0));return y0(Math.max(...C,1)*1.04)}nativeChart(){let{highest:C}=this,H=this.lines.map(r=>({id:r.id,name:r.name,type:"line",step:"end",color:P3(this,r.color),cursor:"default",symbol:"none",data:r.shade?r.points.map(([t,i])=>[t,i===null?null:C]):r.points,animationDurationUpdate:0,z:r.shade?1:r.dashed?4:3,lineStyle:{width:r.shade?0:r.dashed?2:1.5,type:r.dashed?"dashed":"solid"},...r.shade?{areaStyle:{opacity:.18}}:{}})),e={xAxis:{type:"time",min:new Date(this.from),max:new Date(this.to)},yAxis:{type:"value",name:"A",min:0,max:C,position:"left",nameGap:6,nameTextStyle:{align:"left"},axisLine:{show:!1},splitLine:{show:!0},axisLabel:{formatter:r=>_(this.hass,r,0)}},legend:{type:"custom",show:!0,data:this.lines.map(({id:r,name:t})=>({id:r,name:t,noLabelClick:!0}))},grid:{top:26,left:30,right:8,bottom:22},tooltip:{trigger:"axis",renderMode:"html",confine:!0,formatter:r=>this.tooltip(r)}};return a`<ha-chart-base
      .hass=${this.hass}
      .data=${H}
      .options=${e}
      .height=${`${x1+40}px`}
      expand-legend
    ></ha-chart-base>`}tooltip(C){let H=C[0]?.axisValue;if(H===void 0)return"";let e=this.lines.flatMap(r=>{let t=P0(r,H);if(t===null)return[];let i=r.shade?"":`: <b>${E(this.hass,t)}</b>`;return[`<span style="display:inline-block;margin-inline-end:6px;border-radius:50%;width:10px;height:10px;background:${P3(this,r.color)}"></span>${T3(r.name)}${i}`]});return[T3(j(this.hass,new Date(H),!0)),...e].join("<br>")}plainChart(){let{highest:C,from:H,to:e}=this,[r,t,i,o,d]=[800,34,6,10,22],s=p=>t+(Math.min(Math.max(p,H),e)-H)/(e-H||1)*(r-t-i),m=p=>o+(1-Math.min(Math.max(p,0),C)/C)*(x1-o-d),u=[0,.25,.5,.75,1];return a`<svg viewBox="0 0 ${r} ${x1}" preserveAspectRatio="none" aria-hidden="true">
        ${_0(C).map(p=>m1`
            <line x1=${t} x2=${r-i} y1=${m(p)} y2=${m(p)}
              stroke="var(--line)" vector-effect="non-scaling-stroke"></line>
            <text x=${t-6} y=${m(p)+4} text-anchor="end">${_(this.hass,p,0)}</text>`)}
        ${u.map(p=>m1`
            <text x=${s(H+p*(e-H))} y=${x1-4}
              text-anchor=${p===0?"start":p===1?"end":"middle"}>${k1(this.hass,new Date(H+p*(e-H)))}</text>`)}
        ${this.lines.map(p=>p.shade?B0(p,e).map(([h,c])=>m1`<rect x=${s(h)} width=${Math.max(1,s(c)-s(h))}
                  y=${o} height=${x1-o-d} fill=${p.color} opacity="0.18"></rect>`):m1`<path d=${T0(p,s,m,e)} fill="none" stroke=${p.color}
                stroke-width=${p.dashed?2:1.5} stroke-dasharray=${p.dashed?"6 4":"none"}
                vector-effect="non-scaling-stroke"></path>`)}
      </svg>
      <div class="legend">
        ${this.lines.map(p=>a`<span><i style="background:${p.color}"></i>${p.name}</span>`)}
      </div>`}};n([l({attribute:!1})],L1.prototype,"hass",2),n([l({attribute:!1})],L1.prototype,"lines",2),n([l({type:Number})],L1.prototype,"from",2),n([l({type:Number})],L1.prototype,"to",2),n([l()],L1.prototype,"label",2),n([v()],L1.prototype,"native",2);var B3=L=>L<=10?2:L<=50?5:L<=200?20:100;function y0(L){let V=B3(L);return Math.ceil(L/V)*V}function _0(L){let V=B3(L),C=V*Math.ceil(L/V/5);return Array.from({length:Math.floor(L/C)+1},(H,e)=>e*C)}function P0(L,V){let[C,H]=[0,L.points.length];for(;C<H;){let e=C+H>>1;L.points[e][0]<=V?C=e+1:H=e}return C?L.points[C-1][1]:null}function T0(L,V,C,H){let e="",r=null;for(let[t,i]of[...L.points,[H,null]])r!==null&&(e+=`H${V(t).toFixed(1)}`),i!==null&&(e+=r===null?`M${V(t).toFixed(1)} ${C(i).toFixed(1)}`:`V${C(i).toFixed(1)}`),r=i;return e}function B0(L,V){return L.points.flatMap(([C,H],e)=>H===null?[]:[[C,L.points[e+1]?.[0]??V]])}function P3(L,V){let C=/^var\((--[\w-]+)(?:,\s*(.+))?\)$/.exec(V);return C?getComputedStyle(L).getPropertyValue(C[1]).trim()||C[2]||"#888":V}var T3=L=>L.replace(/[&<>"]/g,V=>`&#${V.charCodeAt(0)};`);O("elm-chart",L1);var z2=L=>L.config.components.includes("recorder")&&L.config.components.includes("history");async function R3(L,V,C,H){let e=await L.callWS({type:"history/history_during_period",start_time:new Date(C).toISOString(),end_time:new Date(H).toISOString(),entity_ids:V,minimal_response:!0,no_attributes:!0,significant_changes_only:!1,include_start_time_state:!0});return Object.fromEntries(Object.entries(e).map(([r,t])=>[r,t.map(({s:i,lu:o})=>{let d=Number.parseFloat(i);return[Math.max(C,o*1e3),Number.isFinite(d)?d:null]})]))}async function R0(L,V,C,H){let e=await L.callWS({type:"recorder/statistics_during_period",start_time:new Date(C).toISOString(),end_time:new Date(H).toISOString(),statistic_ids:V,period:"5minute",types:["max"]});return Object.fromEntries(Object.entries(e).map(([r,t])=>[r,t.flatMap(({start:i,end:o,max:d},s)=>{let m=t[s+1]?.start,u=m!==void 0&&m>o?[[o,null]]:[];return[[i,d],...u]})]))}async function $3(L,V,C,H,e){if(e-H<=936e5){let i=[...V,...C];return i.length?R3(L,i,H,e):{}}let[r,t]=await Promise.all([V.length?R0(L,V,H,e):{},C.length?R3(L,C,H,e):{}]);return{...r,...t}}var f2=3600*1e3,U2={hour:f2,six_hours:6*f2,day:24*f2,week:168*f2},$0=60*1e3,F0={title:"history.chargers",measured:"chargers_current",limit:"maximum_current"},D0=[{title:"history.meter",measured:"grid_current",limit:"grid_maximum_current"},{title:"history.other_load",measured:"other_load"}],E0={title:"history.feeder_chargers",measured:"current",limit:"maximum_current"},I0=[{title:"history.feeder_meter",measured:"total_current",limit:"maximum_current"},{title:"history.other_load",measured:"other_load"}],$=class extends Z{constructor(){super(...arguments);this.entryId="";this.phases=["L1","L2","L3"];this.hasMeter=!1;this.circuits=[];this.wallClock=Date.now;this.length="hour";this.chosen="";this.error="";this.from=0;this.to=0;this.asked=0;this.download=async()=>{try{let C=new URLSearchParams({start:new Date(this.from).toISOString(),end:new Date(this.to).toISOString(),...this.feeder?{feeder:this.feeder.id}:{}}),{path:H}=await this.hass.callWS({type:"auth/sign_path",path:`/api/ev_load_manager/${this.entryId}/meter.csv?${C}`}),e=document.createElement("a");e.href=H,e.download="",e.click()}catch(C){this.error=T(this.hass,C)}}}static{this.styles=[k,S`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
        min-width: 0;
      }
      .period {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      .lengths {
        display: inline-flex;
        background: var(--track);
        border-radius: 9999px;
        padding: 2px;
      }
      .lengths button {
        color: var(--loud);
        min-height: 36px;
      }
      .lengths button[aria-pressed="true"] {
        background: var(--ha-card-background, var(--card-background-color, #fff));
        box-shadow: var(--ha-box-shadow-s, 0 1px 3px rgba(0, 0, 0, 0.2));
      }
      .round {
        padding: 0 8px;
      }
      .card h2 {
        margin-bottom: 8px;
      }
      .highest {
        padding-top: 8px;
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
        justify-content: center;
      }
      .download {
        margin-inline-start: auto;
      }
      @media (max-width: 480px) {
        .lengths {
          width: 100%;
        }
        .lengths button {
          flex: 1;
          justify-content: center;
          padding: 0 6px;
        }
        .download {
          margin-inline-start: 0;
        }
      }
    `]}connectedCallback(){super.connectedCallback(),this.timer=window.setInterval(()=>{this.until===void 0&&!document.hidden&&this.load()},$0)}disconnectedCallback(){super.disconnectedCallback(),window.clearInterval(this.timer)}willUpdate(C){C.has("entryId")&&(this.chosen="");let H=this.isMetered;C.has("entryId")||C.has("chosen")||H!==this.wasMetered?(this.wasMetered=H,this.entities=void 0,this.load()):(C.has("length")||C.has("until"))&&this.load()}get feeders(){return this.circuits.filter(({kind:C})=>C==="feeder")}get feeder(){return this.feeders.find(({id:C})=>C===this.chosen)}get isMetered(){return this.feeder?this.feeder.safe_limit!==null:this.hasMeter}render(){let{hass:C}=this;return z2(C)?a`
      <div class="period">
        ${this.feeders.length?this.picker():A}
        <div class="lengths" role="group" aria-label=${M(C,"history.period")}>
          ${Object.keys(U2).map(H=>a`<button
                aria-pressed=${this.length===H}
                @click=${()=>{this.length=H}}
              >
                ${M(C,`history.${H}`)}
              </button>`)}
        </div>
        <button class="round" title=${M(C,"history.earlier")} @click=${()=>this.move(-1)}>
          ${x(H5)}<span class="sr">${M(C,"history.earlier")}</span>
        </button>
        <button
          class="round"
          title=${M(C,"history.later")}
          ?disabled=${this.until===void 0}
          @click=${()=>this.move(1)}
        >
          ${x(V5)}<span class="sr">${M(C,"history.later")}</span>
        </button>
        <input
          type="date"
          aria-label=${M(C,"history.on_day")}
          required
          min="2000-01-01"
          max=${I2(C,this.wallClock())}
          .value=${I2(C,(this.until??this.wallClock())-1)}
          @change=${H=>this.goTo(H.target)}
        />
        <span class="quiet" aria-live="polite"
          >${this.to?`${j(C,new Date(this.from))} – ${j(C,new Date(this.to))}`:A}</span
        >
        ${this.isMetered?a`<button class="tonal download" @click=${this.download}>
              <span class="small">${x(r5)}</span> ${M(C,"history.download")}
            </button>`:A}
      </div>
      ${this.error?a`<div class="alert bad" role="alert">${this.error}</div>`:A}
      ${this.pictures===void 0?a`<div class="card quiet" aria-busy="true">${M(C,"loading")}</div>`:this.pictures.map(H=>this.picture(H))}
    `:F(W1,M(C,"history.no_recorder"),M(C,"history.no_recorder_text"))}picker(){let{hass:C}=this;return a`<select
      aria-label=${M(C,"history.where")}
      @change=${H=>{this.chosen=H.target.value}}
    >
      <option value="" ?selected=${!this.feeder}>${M(C,"circuit.group")}</option>
      ${this.feeders.map(({id:H,name:e})=>a`<option value=${H} ?selected=${H===this.chosen}>${e}</option>`)}
    </select>`}picture({title:C,lines:H}){let{hass:e}=this,i=H.filter(d=>!d.dashed&&!d.shade).map(d=>({name:d.name,value:Math.max(...d.points.map(([,s])=>s??Number.NEGATIVE_INFINITY))})).filter(({value:d})=>Number.isFinite(d)),o=i.map(({name:d,value:s})=>M(e,"history.summary",{name:d,highest:E(e,s)}));return a`<section class="card">
      <h2>${C}</h2>
      ${i.length?a`<elm-chart
              .hass=${e}
              .lines=${H}
              .from=${this.from}
              .to=${this.to}
              .label=${[C,...o].join("; ")}
            ></elm-chart>
            <div class="highest quiet numbers">${o.map(d=>a`<span>${d}</span>`)}</div>`:a`<p class="quiet">${M(e,"history.empty")}</p>`}
    </section>`}move(C){this.show((this.until??this.wallClock())+C*U2[this.length])}goTo(C){C.checkValidity()&&(this.length!=="week"&&(this.length="day"),this.show(m3(this.hass,C.value)))}show(C){this.until=C>=this.wallClock()?void 0:C}async load(){let{hass:C,entryId:H}=this;if(!C||!H||!z2(C))return;let e=++this.asked,r=this.until??this.wallClock(),t=r-U2[this.length];try{this.entities??=await E5(C,H);let i=this.isMetered?await M2(C,H).catch(()=>[]):[],o=await this.draw(this.entities,i,t,r);if(e!==this.asked)return;[this.from,this.to]=[t,r],this.pictures=o,this.error=""}catch(i){e===this.asked&&(this.error=T(C,i))}}async draw({group:C,feeders:H},e,r,t){let{hass:i,feeder:o}=this,d=o?H[o.id]??{}:C,s=o?[E0]:[F0];this.isMetered&&s.push(...o?I0:D0);let m=b=>this.phases.flatMap((P,E1)=>{let I1=d[`${b}_${P.toLowerCase()}`];return I1?[{entity:I1,phase:P,index:E1}]:[]}),u=s.flatMap(({limit:b})=>b&&d[b]||[]),p=await $3(i,s.flatMap(({measured:b})=>m(b).map(({entity:P})=>P)),[...new Set(u)],r,t),h=Math.min(t,this.wallClock()),c=(b=[])=>{let P=b.at(-1);return P&&P[0]<h&&P[1]!==null?[...b,[h,P[1]]]:b},q=b=>m(b).map(({entity:P,phase:E1,index:I1})=>({id:`${b}_${E1}`,name:E1,color:p3(I1),points:c(p[P])})),r1=b=>{let P=d[b];return P&&p[P]?[{id:b,name:M(i,`history.${b}`),color:"var(--error-color, #db4437)",dashed:!0,points:c(p[P])}]:[]},G3=o?.id??"grid",z3=this.shade(e.filter(({circuit:b})=>b===G3),r,t);return s.map(b=>({title:M(i,b.title),lines:[...q(b.measured),...b.limit?[...r1(b.limit),...z3]:[]]}))}shade(C,H,e){let r=C.flatMap(({start:t,end:i})=>{let[o,d]=[Date.parse(t),i===null?e:Date.parse(i)];return d<H||o>e?[]:[[Math.max(o,H),1],[Math.min(d,e),null]]});return r.length?[{id:"safe_limit",name:M(this.hass,"history.safe_limit_period"),color:"var(--warning-color, #ffa600)",shade:!0,points:r}]:[]}};n([l({attribute:!1,hasChanged:w})],$.prototype,"hass",2),n([l()],$.prototype,"entryId",2),n([l({attribute:!1})],$.prototype,"phases",2),n([l({type:Boolean})],$.prototype,"hasMeter",2),n([l({attribute:!1})],$.prototype,"circuits",2),n([l({attribute:!1})],$.prototype,"wallClock",2),n([v()],$.prototype,"length",2),n([v()],$.prototype,"chosen",2),n([v()],$.prototype,"until",2),n([v()],$.prototype,"pictures",2),n([v()],$.prototype,"error",2);O("elm-history",$);var N0={},Q2=M1(class extends J{constructor(){super(...arguments),this.ot=N0}render(L,V){return V()}update(L,[V,C]){if(Array.isArray(V)){if(Array.isArray(this.ot)&&this.ot.length===V.length&&V.every((H,e)=>H===this.ot[e]))return y}else if(this.ot===V)return y;return this.ot=Array.isArray(V)?Array.from(V):V,this.render(V,C)}});var q2=3;function F3(L,V,C){let H=[];for(let e=0;e<C.length;){let r=[C[e]];for(;C[e+r.length]&&W0(r[0],C[e+r.length]);)r.push(C[e+r.length]);H.push(j0(L,V,r)),e+=r.length}return H}var W0=(L,V)=>L.kind===V.kind&&L.kind!=="setting"&&L.kind!=="safe_limit"&&L.kind!=="meter_back"&&L.time===V.time&&L.why===V.why&&L.circuit===V.circuit&&L.phase===V.phase&&D1(L)===D1(V);function D1({kind:L,before:V,after:C}){return L!=="limit"?L:C===0?"paused":V===0?"goes_on":Number(C)>Number(V)?"up":"down"}function j0(L,V,C){let H=C[0];return{time:new Date(H.time),tone:D1(H),words:G0(L,V,C)}}function G0(L,V,C){let H=C[0],e=z0(L,V,C);switch(H.kind){case"setting":return K0(L,H);case"safe_limit":case"meter_back":return q0(L,V,H);case"limit":{let t=C.every(({after:d})=>d===H.after)?D1(H):`${D1(H)}_some`,i=M(L,`happened.${t}`,{outlet:e,limit:g(L,Number(H.after))}),o=Q0(L,V,H);return o?M(L,"happened.because",{changed:i,why:o}):`${i}.`}default:return M(L,`happened.${H.kind}`,{outlet:e})}}function z0(L,V,C){let H=C.map(r=>U0(L,V,r)).reverse();if(H.length<=q2)return H.join(", ");let e=H.slice(0,q2-1).join(", ");return M(L,"happened.and_others",{names:e,count:H.length-q2+1})}function U0(L,V,{charger:C,connector:H}){let e=V.chargers.find(r=>r.id===C);return e?H!==null&&e.connectors.length>1?M(L,"outlet",{charger:e.name,number:H}):e.name:C??""}function Q0(L,V,{why:C,circuit:H,phase:e}){let r=V.circuits.find(d=>d.id===H),t={phase:e??"",circuit:r?I(L,r):""},i=r?.kind==="feeder"?"_feeder":"",o=r&&e?"_where":"";for(let d of[`${C}${i}`,`${C}${o}`,`${C}`]){let s=M(L,`happened.why.${d}`,t);if(s!==`happened.why.${d}`)return s}return""}function q0(L,V,{kind:C,circuit:H,cause:e}){let r=V.circuits.find(i=>i.id===H),t=M(L,C==="meter_back"?"happened.meter_back":`happened.cause.${e}`);return r?.kind==="feeder"?`${I(L,r)}: ${t}`:t}function K0(L,{setting:V,before:C,after:H}){let e=M(L,`settings.${V}`);return typeof H=="number"&&typeof C=="number"?M(L,"happened.setting",{setting:e,before:g(L,C),after:g(L,H)}):typeof H=="boolean"?M(L,H?"happened.setting_on":"happened.setting_off",{setting:e}):M(L,"happened.setting_choice",{setting:e,after:M(L,`settings.${V==="policy"?"policies":"phase_choices"}.${H}`)})}var J0=200,D3=5e3,X0=3e3,Y0={began:N1,ended:h1,up:Y2,down:J2,paused:G1,goes_on:z1,lost:a5,back:i5,safe_limit:d5,meter_back:A5,setting:j1},z=class extends Z{constructor(){super(...arguments);this.entryId="";this.outlet="";this.wallClock=Date.now;this.most=J0;this.error="";this.loadedAt=0;this.load=async()=>{let{hass:C,entryId:H,outlet:e,most:r}=this;this.loadedAt=performance.now();try{this.happenings=await N5(C,H,{outlet:e,limit:r}),this.error=""}catch(t){this.error=T(C,t)}}}static{this.styles=[k,S`
      :host {
        display: block;
      }
      h3 {
        padding-block: 12px 4px;
        font-size: var(--ha-font-size-m, 14px);
        color: var(--quiet);
      }
      ol {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li {
        display: grid;
        grid-template-columns: max-content 18px minmax(0, 1fr);
        gap: 10px;
        align-items: baseline;
        padding-block: 6px;
      }
      li + li {
        border-top: 1px solid var(--line);
      }
      .icon {
        width: 18px;
        height: 18px;
        color: var(--quiet);
        align-self: center;
      }
      .lost .icon,
      .safe_limit .icon {
        color: var(--bad);
      }
      .back .icon,
      .meter_back .icon {
        color: var(--good);
      }
      .more {
        margin: 8px auto 0;
        display: flex;
      }
    `]}disconnectedCallback(){super.disconnectedCallback(),window.clearTimeout(this.timer),this.timer=void 0}shouldUpdate(C){if(C.has("entryId")||C.has("outlet")||C.has("most"))this.load();else if(C.has("group")&&this.timer===void 0){let H=Math.max(0,this.loadedAt+X0-performance.now());this.timer=window.setTimeout(()=>{this.timer=void 0,this.load()},H)}return!this.hasUpdated||[...C.keys()].some(H=>H!=="group")}render(){let{hass:C,happenings:H}=this;return this.error?a`<div class="alert bad" role="alert">${this.error}</div>`:H?H.length?a`${this.days(F3(C,this.group,H))}
    ${H.length>=this.most&&this.most<D3?a`<button
          class="more tonal"
          @click=${()=>{this.most=Math.min(D3,this.most*4)}}
        >
          ${M(C,"log.more")}
        </button>`:A}`:a`<p class="quiet">${M(C,"happened.nothing")}</p>`:a`<p class="quiet" aria-busy="true">${M(C,"loading")}</p>`}days(C){let{hass:H}=this,e=new Date(this.wallClock()).toDateString(),r=new Map;for(let t of C){let i=t.time.toDateString();r.set(i,[...r.get(i)??[],t])}return[...r].map(([t,i])=>a`${t===e?A:a`<h3>${M(H,"happened.yesterday")}</h3>`}
        <ol>
          ${i.map(o=>a`<li class=${o.tone}>
                <time class="quiet numbers" datetime=${o.time.toISOString()}
                  >${k1(H,o.time)}</time
                >
                ${x(Y0[o.tone])} <span>${o.words}</span>
              </li>`)}
        </ol>`)}};n([l({attribute:!1,hasChanged:w})],z.prototype,"hass",2),n([l({attribute:!1})],z.prototype,"group",2),n([l()],z.prototype,"entryId",2),n([l()],z.prototype,"outlet",2),n([l({attribute:!1})],z.prototype,"wallClock",2),n([v()],z.prototype,"happenings",2),n([v()],z.prototype,"most",2),n([v()],z.prototype,"error",2);O("elm-happened",z);var E3=100,I3=5e3,C7=3e3,B=class extends Z{constructor(){super(...arguments);this.entryId="";this.wallClock=Date.now;this.calculations=!1;this.charger="";this.live=!0;this.most=E3;this.opened=new Set;this.error="";this.loadedAt=0;this.names="";this.load=async()=>{let{hass:C,entryId:H,charger:e}=this;this.loadedAt=performance.now();try{let[r,t]=await Promise.all([M2(C,H),this.calculations?I5(C,H,{limit:this.most,...e?{charger:e}:{}}):[]]);this.periods=r.reverse(),this.rows=this.calculations?t.reverse():void 0,this.error=""}catch(r){this.error=T(C,r)}}}static{this.styles=[k,S`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
        min-width: 0;
      }
      .tools {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px 16px;
        padding-block: 12px 8px;
      }
      .tools label {
        display: inline-flex;
        align-items: center;
        gap: 8px;
      }
      .tools select {
        max-width: 220px;
      }
      td {
        white-space: nowrap;
        vertical-align: middle;
      }
      td.wrap {
        white-space: normal;
        min-width: 160px;
      }
      tr.entry {
        cursor: pointer;
      }
      tr.entry:hover td {
        background: var(--track);
      }
      tr.inside > td {
        padding: 0 10px 12px;
        background: color-mix(in srgb, var(--track) 45%, transparent);
      }
      .opens {
        min-height: 32px;
        padding: 0;
        font-weight: inherit;
        color: var(--loud);
        text-decoration: underline dotted var(--quiet);
        text-underline-offset: 4px;
        border-radius: 4px;
      }
      summary {
        cursor: pointer;
      }
      summary h2 {
        display: inline;
      }
      summary .quiet {
        display: block;
      }
      .more {
        margin: 8px auto 0;
        display: flex;
      }
    `]}disconnectedCallback(){super.disconnectedCallback(),window.clearTimeout(this.timer),this.timer=void 0}willUpdate(C){if(C.has("group")){let{phases:H,chargers:e,circuits:r}=this.group;this.names=JSON.stringify([H,e.map(({id:t,name:i,connectors:o})=>[t,i,o.length]),r.map(({id:t,name:i})=>[t,i])])}if(C.has("entryId")||C.has("charger")||C.has("most")||C.has("calculations"))this.load();else if(C.has("group")&&this.live&&this.timer===void 0){let H=Math.max(0,this.loadedAt+C7-performance.now());this.timer=window.setTimeout(()=>{this.timer=void 0,this.load()},H)}}render(){let{hass:C}=this;return a`
      ${this.error?a`<div class="alert bad" role="alert">${this.error}</div>`:A}
      <section class="card" aria-labelledby="happened">
        <h2 id="happened">${M(C,"happened.title")}</h2>
        <p class="quiet">${M(C,"happened.help")}</p>
        <elm-happened
          .hass=${C}
          .group=${this.group}
          .entryId=${this.entryId}
          .wallClock=${this.wallClock}
        ></elm-happened>
      </section>
      <section class="card" aria-labelledby="safe-limit">
        <h2 id="safe-limit">${M(C,"log.safe_limit")}</h2>
        <p class="quiet">${M(C,"log.safe_limit_help")}</p>
        ${this.safeLimit()}
      </section>
      <details
        class="card"
        @toggle=${H=>{this.calculations=H.target.open}}
      >
        <summary>
          <h2 id="recalculations">${M(C,"log.recalculations")}</h2>
          <span class="quiet">${M(C,"log.recalculations_help")}</span>
        </summary>
        ${this.calculations?this.calculated():A}
      </details>
    `}calculated(){let{hass:C}=this;return a`
        <div class="tools">
          <label>
            <span class="quiet">${M(C,"log.charger")}</span>
            <select
              @change=${H=>{this.charger=H.target.value,this.most=E3}}
            >
              <option value="">${M(C,"log.all_chargers")}</option>
              ${this.group.chargers.map(H=>a`<option value=${H.id} ?selected=${H.id===this.charger}>
                    ${H.name}
                  </option>`)}
            </select>
          </label>
          <label>
            <input
              type="checkbox"
              role="switch"
              .checked=${this.live}
              @change=${H=>{this.live=H.target.checked}}
            />
            ${M(C,"log.live")}
          </label>
          <button @click=${this.load}>
            <span class="small">${x(m5)}</span> ${M(C,"log.reload")}
          </button>
        </div>
      ${this.recalculations()}
    `}safeLimit(){let{hass:C,periods:H}=this;return this.group.settings.safe_limit===void 0&&!H?.length?a`<p>${M(C,"log.safe_limit_no_meter")}</p>`:H?H.length?a`<div class="scroll" tabindex="0" role="group" aria-labelledby="safe-limit">
      <table>
        <thead>
          <tr>
            <th>${M(C,"log.start")}</th>
            <th>${M(C,"log.end")}</th>
            <th class="end">${M(C,"log.duration")}</th>
            <th>${M(C,"log.cause")}</th>
            <th class="end">${M(C,"log.limit")}</th>
          </tr>
        </thead>
        <tbody>
          ${H.map(e=>a`<tr>
                <td>${j(C,new Date(e.start),!0)}</td>
                <td>
                  ${e.end?j(C,new Date(e.end),!0):a`<span class="chip bad">${M(C,"log.lasts")}</span>`}
                </td>
                <td class="end">
                  ${e.end?s1(C,(Date.parse(e.end)-Date.parse(e.start))/1e3):A}
                </td>
                <td class="wrap">
                  ${e.feeder?a`${e.feeder}: `:A}${M(C,`${e.end?"cause":"now_cause"}.${e.cause}`)}
                </td>
                <td class="end numbers">${g(C,e.limit)}</td>
              </tr>`)}
        </tbody>
      </table>
    </div>`:a`<p>${M(C,"log.safe_limit_never")}</p>`:a`<p class="quiet">${M(C,"loading")}</p>`}recalculations(){let{hass:C,rows:H}=this;if(!H)return a`<p class="quiet">${M(C,"loading")}</p>`;if(!H.length)return a`<p>${M(C,"log.recalculations_never")}</p>`;let e=H.some(r=>r.meter);return a`<div class="scroll" tabindex="0" role="group" aria-labelledby="recalculations">
        <table>
          <thead>
            <tr>
              <th>${M(C,"log.time")}</th>
              <th>${M(C,"log.result")}</th>
              <th>${M(C,"log.trigger")}</th>
              <th>${M(C,"log.mode")}</th>
              <th class="end">${M(C,"log.limit")}</th>
              ${e?a`<th>${M(C,"log.meter")}</th>
                    <th>${M(C,"log.other_load")}</th>
                    <th>${M(C,"log.available")}</th>`:A}
            </tr>
          </thead>
          <tbody>
            ${Q2([H,this.opened,this.names,C.locale,C.localize],()=>m2(H,r=>r.time,r=>Q2([H7(r),this.opened.has(r.time),e,this.names,C.locale,C.localize],()=>this.row(r,e))))}
          </tbody>
        </table>
      </div>
      ${H.length>=this.most&&this.most<I3?a`<button
            class="more tonal"
            @click=${()=>{this.most=Math.min(I3,this.most*4)}}
          >
            ${M(C,"log.more")}
          </button>`:A}`}row(C,H){let{hass:e}=this,r=V7(e,new Date(C.time),new Date(this.wallClock())),t=this.opened.has(C.time),i=C.connectors.filter(o=>o.limit>0);return a`<tr class="entry" @click=${()=>this.toggle(C.time)}>
        <td class="numbers">
          <button
            class="opens"
            aria-expanded=${t}
            aria-label=${M(e,"log.details",{time:r})}
          >
            ${r}
          </button>
        </td>
        <td class="wrap numbers">
          ${i.length?i.map(o=>`${this.outlet(o)}: ${_(e,o.limit)}`).join(" · "):"–"}
        </td>
        <td class="wrap">${C.trigger.split(", ").map(o=>M(e,`log.triggers.${o}`)).join(", ")}</td>
        <td>${M(e,`log.modes.${C.mode}`)}</td>
        <td class="end numbers">${g(e,C.settings.maximum_current)}</td>
        ${H?a`<td class="numbers">${this.three(C.meter)}</td>
              <td class="numbers">${this.three(C.other_load)}</td>
              <td class="numbers">${this.three(C.available)}</td>`:A}
      </tr>
      ${t?a`<tr class="inside">
            <td colspan=${H?8:5}>${this.inside(C)}</td>
          </tr>`:A}`}inside(C){let{hass:H}=this;return a`<table>
      <thead>
        <tr>
          <th>${M(H,"log.outlet")}</th>
          <th>${M(H,"log.status")}</th>
          <th>${M(H,"log.measured")}</th>
          <th class="end">${M(H,"log.offered")}</th>
          <th class="end">${M(H,"log.new_limit")}</th>
          <th class="end">${M(H,"log.share")}</th>
          <th>${M(H,"log.reason")}</th>
        </tr>
      </thead>
      <tbody>
        ${C.connectors.map(e=>{let r=this.group.circuits.find(i=>i.id===e.circuit),t=[r&&I(H,r),e.phase].filter(Boolean);return a`<tr>
            <td>${this.outlet(e)}</td>
            <td>${e.status==="unknown"?"–":p1(H,"status",e.status)}</td>
            <td class="numbers">${this.three(e.measured)}</td>
            <td class="end numbers">${e.offered===null?"–":_(H,e.offered)}</td>
            <td class="end numbers">${_(H,e.limit)}</td>
            <td class="end numbers">${_(H,e.target)}</td>
            <td class="wrap">
              ${p1(H,"reason",e.reason)}${t.length?a` <span class="quiet">(${t.join(" ")})</span>`:A}
            </td>
          </tr>`})}
      </tbody>
    </table>
    ${C.feeders.length?this.feeders(C):A}`}feeders(C){let{hass:H}=this;return a`<table>
      <thead>
        <tr>
          <th>${M(H,"circuit.feeder")}</th>
          <th>${M(H,"log.mode")}</th>
          <th>${M(H,"log.meter")}</th>
          <th>${M(H,"log.other_load")}</th>
          <th>${M(H,"log.available")}</th>
        </tr>
      </thead>
      <tbody>
        ${C.feeders.map(e=>{let r=this.group.circuits.find(t=>t.id===e.circuit);return a`<tr>
            <td>${r?I(H,r):"–"}</td>
            <td>${M(H,`log.modes.${e.mode}`)}</td>
            <td class="numbers">${this.three(e.meter)}</td>
            <td class="numbers">${this.three(e.other_load)}</td>
            <td class="numbers">${this.three(e.available)}</td>
          </tr>`})}
      </tbody>
    </table>`}outlet(C){let H=this.group.chargers.find(({id:e})=>e===C.charger);return H?H.connectors.length>1?M(this.hass,"outlet",{charger:H.name,number:C.connector}):H.name:`${C.charger}/${C.connector}`}three(C){return C?this.group.phases.map((H,e)=>_(this.hass,C[e])).join(" / "):"–"}toggle(C){let H=new Set(this.opened);H.delete(C)||H.add(C),this.opened=H}};n([l({attribute:!1,hasChanged:w})],B.prototype,"hass",2),n([l({attribute:!1})],B.prototype,"group",2),n([l()],B.prototype,"entryId",2),n([l({attribute:!1})],B.prototype,"wallClock",2),n([v()],B.prototype,"calculations",2),n([v()],B.prototype,"periods",2),n([v()],B.prototype,"rows",2),n([v()],B.prototype,"charger",2),n([v()],B.prototype,"live",2),n([v()],B.prototype,"most",2),n([v()],B.prototype,"opened",2),n([v()],B.prototype,"error",2);var H7=L=>L.connectors.map(({charger:V,connector:C})=>`${V}/${C}`).join(),V7=(L,V,C)=>V.toDateString()===C.toDateString()?k1(L,V,!0):j(L,V,!0);O("elm-log",B);var U=class extends Z{constructor(){super(...arguments);this.entryId="";this.key="";this.now=()=>0;this.wallClock=Date.now;this.copied=!1;this.at=0;this.copy=async()=>{try{navigator.clipboard?await navigator.clipboard.writeText(window.location.href):L7(window.location.href)}catch{return}this.copied=!0,window.setTimeout(()=>this.copied=!1,3e3)}}static{this.styles=[k,S`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
        max-width: 720px;
        margin: 0 auto;
      }
      .top {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
      }
      section h2 {
        margin-bottom: 8px;
      }
    `]}connectedCallback(){super.connectedCallback(),this.timer=window.setInterval(()=>this.at+=1,1e3)}disconnectedCallback(){super.disconnectedCallback(),window.clearInterval(this.timer)}render(){let{hass:C,group:H,entryId:e}=this,r=v1(C,H).find(({key:i})=>i===this.key),t=a`<a class="button" href="${D}/now/${e}"
      ><span class="small">${x(X2)}</span> ${M(C,"one_outlet.all")}</a
    >`;return r?a`
      <div class="top">${t} ${this.link()}</div>
      <elm-outlet
        alone
        .hass=${C}
        .group=${H}
        .outlet=${r}
        .entryId=${e}
        .now=${this.now}
        .at=${this.at}
      ></elm-outlet>
      <section class="card" aria-labelledby="fed">
        <h2 id="fed">${M(C,"one_outlet.fed_by")}</h2>
        <elm-circuits
          .hass=${C}
          .group=${H}
          .only=${F1(H,r.connector).map(({id:i})=>i)}
        ></elm-circuits>
      </section>
      <section class="card" aria-labelledby="happened">
        <h2 id="happened">${M(C,"happened.title")}</h2>
        <elm-happened
          .hass=${C}
          .group=${H}
          .entryId=${e}
          .outlet=${this.key}
          .wallClock=${this.wallClock}
        ></elm-happened>
      </section>
    `:F(h1,M(C,"no_outlet.title"),M(C,"no_outlet.text"),t)}link(){return a`<button @click=${this.copy}>
      <span class="small">${x(this.copied?C5:o5)}</span>
      <span role="status"
        >${M(this.hass,this.copied?"one_outlet.copied":"one_outlet.copy")}</span
      >
    </button>`}};n([l({attribute:!1,hasChanged:w})],U.prototype,"hass",2),n([l({attribute:!1})],U.prototype,"group",2),n([l()],U.prototype,"entryId",2),n([l()],U.prototype,"key",2),n([l({attribute:!1})],U.prototype,"now",2),n([l({attribute:!1})],U.prototype,"wallClock",2),n([v()],U.prototype,"copied",2),n([v()],U.prototype,"at",2);function L7(L){let V=document.createElement("textarea");V.value=L,document.body.append(V),V.select(),document.execCommand("copy"),V.remove()}O("elm-outlet-view",U);var c1=M1(class extends J{constructor(L){if(super(L),L.type!==W.PROPERTY&&L.type!==W.ATTRIBUTE&&L.type!==W.BOOLEAN_ATTRIBUTE)throw Error("The `live` directive is not allowed on child or event bindings");if(!t3(L))throw Error("`live` bindings can only contain a single expression")}render(L){return L}update(L,[V]){if(V===y||V===A)return V;let C=L.element,H=L.name;if(L.type===W.PROPERTY){if(V===C[H])return y}else if(L.type===W.BOOLEAN_ATTRIBUTE){if(!!V===C.hasAttribute(H))return y}else if(L.type===W.ATTRIBUTE&&C.getAttribute(H)===V+"")return y;return d2(L),V}});async function N3(L,V){let{issues:C}=await L.callWS({type:"repairs/list_issues"});return C.find(({domain:H,issue_id:e})=>H===f&&e===V)}async function W3(L,V,C){let[H]=await Promise.all([O1("ha-config-repairs","config","repairs"),V.loadFragmentTranslation?.("config")]);if(!H)return!1;L.querySelector("ha-config-repairs")?.remove();let e=document.createElement("ha-config-repairs");Object.assign(e,{hass:V,repairsIssues:[C]}),e.style.display="none",L.append(e),await e.updateComplete;let r=[...e.shadowRoot?.querySelectorAll("*")??[]].find(i=>"issue"in i),t=!1;return e.addEventListener("show-dialog",()=>t=!0,{once:!0}),r?.click(),t}var e7=3e3,Q=class extends Z{constructor(){super(...arguments);this.entryId="";this.everybody=!0;this.seen=[];this.error="";this.saved=!1;this.changed=!1;this.save=async()=>{this.error="",this.saved=!1;try{await z5(this.hass,this.entryId,this.everybody,this.tags??[]),this.changed=!1,this.saved=!0}catch(C){this.error=T(this.hass,C)}await this.load()}}static{this.styles=[k,S`
      .everybody {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 2px 16px;
        align-items: center;
        padding-block: 12px;
      }
      .help {
        grid-column: 1;
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
      }
      .tag {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 150px), 1fr));
        gap: 8px 12px;
        align-items: end;
        padding-block: 12px;
        border-top: 1px solid var(--line);
        margin: 0;
        min-width: 0;
      }
      .tag label {
        display: grid;
        gap: 2px;
        min-width: 0;
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
      }
      .tag label.check {
        grid-template-columns: auto 1fr;
        align-items: center;
        gap: 8px;
        min-height: 36px;
      }
      .tag input:not([type="checkbox"]) {
        width: 100%;
        min-width: 0;
        text-align: start;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
        padding-top: 12px;
      }
      .seen {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        padding-top: 4px;
      }
      .error {
        color: var(--bad);
      }
      .saved {
        color: var(--good);
      }
    `]}connectedCallback(){super.connectedCallback(),this.timer=window.setInterval(()=>{document.hidden||this.load()},e7)}disconnectedCallback(){super.disconnectedCallback(),window.clearInterval(this.timer)}willUpdate(C){C.has("entryId")&&(this.changed=!1,this.tags=void 0,this.load())}async load(){let{entryId:C}=this;if(!(!this.hass?.connected||!C))try{let{everybody:H,tags:e,seen:r}=await G5(this.hass,C);if(C!==this.entryId)return;this.seen=r,this.changed||(this.everybody=H,this.tags=e.map(t=>({...t})))}catch{}}render(){let{hass:C,tags:H}=this,e=!C.connected,r=this.seen.filter(t=>!H?.some(i=>r7(i.id_tag,t)));return a`<section class="card" aria-labelledby="tags">
      <h2 id="tags">${M(C,"tags.title")}</h2>
      ${H===void 0?a`<p class="quiet" aria-busy="true">${M(C,"loading")}</p>`:a`
            <div class="everybody">
              <label for="everybody">${M(C,"tags.everybody")}</label>
              <span class="help" id="everybody-help">${M(C,"tags.everybody_help")}</span>
              <input
                id="everybody"
                type="checkbox"
                role="switch"
                style="grid-column: 2; grid-row: 1 / span 2"
                .checked=${c1(this.everybody)}
                ?disabled=${e}
                aria-describedby="everybody-help"
                @change=${t=>{this.everybody=t.target.checked,this.put(H)}}
              />
            </div>
            ${H.length?H.map((t,i)=>this.tag(t,i,e)):a`<p class="quiet">${M(C,"tags.nobody")}</p>`}
            <p class="quiet">${M(C,"tags.seen_help")}</p>
            ${r.length?a`<div class="seen">
                  <span>${M(C,"tags.seen")}:</span>
                  ${r.map(t=>a`<button
                        class="tonal"
                        ?disabled=${e}
                        aria-label=${M(C,"tags.learn",{tag:t})}
                        @click=${()=>this.add(t)}
                      >
                        ${t}
                      </button>`)}
                </div>`:A}
            <div class="actions">
              <button ?disabled=${e} @click=${()=>this.add("")}>
                ${M(C,"tags.add")}
              </button>
              <button class="filled" ?disabled=${e||!this.changed} @click=${this.save}>
                ${M(C,"tags.save")}
              </button>
              <span role="status" class="saved small"
                >${this.saved?a`${x(b1)}<span class="sr">${M(C,"settings.saved")}</span>`:A}</span
              >
            </div>
            ${this.error?a`<p class="error" role="alert">${this.error}</p>`:A}
          `}
    </section>`}tag(C,H,e){let{hass:r}=this,t=(o,d="text")=>a`<label
        >${M(r,`tags.${o}`)}
        <input
          type=${d}
          data-field="${o}-${H}"
          maxlength=${o==="name"?100:20}
          .value=${c1(C[o]??"")}
          ?disabled=${e}
          @input=${s=>this.change(H,{[o]:s.target.value})}
        />
      </label>`,i=C.name||C.id_tag||String(H+1);return a`<div class="tag" role="group" aria-label=${i}>
      ${t("name")} ${t("id_tag")} ${t("expires","date")} ${t("group")}
      <label class="check"
        ><input
          type="checkbox"
          .checked=${c1(C.blocked??!1)}
          ?disabled=${e}
          @change=${o=>this.change(H,{blocked:o.target.checked})}
        />
        ${M(r,"tags.blocked")}
      </label>
      <button
        ?disabled=${e}
        aria-label=${M(r,"tags.remove",{name:i})}
        @click=${()=>this.put(this.tags.filter((o,d)=>d!==H))}
      >
        <span class="small">${x(U1)}</span>
      </button>
    </div>`}put(C){this.tags=C,this.changed=!0,this.saved=!1}change(C,H){this.put(this.tags.map((e,r)=>r===C?{...e,...H}:e))}add(C){let H=this.tags.length;this.put([...this.tags,{name:"",id_tag:C}]),this.updateComplete.then(()=>this.renderRoot.querySelector(`[data-field="name-${H}"]`)?.focus())}};n([l({attribute:!1,hasChanged:w})],Q.prototype,"hass",2),n([l()],Q.prototype,"entryId",2),n([v()],Q.prototype,"everybody",2),n([v()],Q.prototype,"tags",2),n([v()],Q.prototype,"seen",2),n([v()],Q.prototype,"error",2),n([v()],Q.prototype,"saved",2),n([v()],Q.prototype,"changed",2);var r7=(L,V)=>L.trim().toLowerCase()===V.trim().toLowerCase();O("elm-tags",Q);var t7={yes:b1,no:L5,unknown:M5},e1=class extends Z{constructor(){super(...arguments);this.entryId="";this.errors={};this.savedKey="";this.adding=!1}static{this.styles=[k,S`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
        min-width: 0;
        max-width: 860px;
        margin: 0 auto;
      }
      .setting {
        display: grid;
        grid-template-columns: 1fr auto;
        align-items: center;
        gap: 2px 16px;
        padding-block: 12px;
      }
      .setting + .setting {
        border-top: 1px solid var(--line);
      }
      .setting label,
      .setting .control {
        min-width: 0;
      }
      .setting .help {
        grid-column: 1;
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
      }
      .setting .control {
        grid-column: 2;
        grid-row: 1 / span 2;
        display: flex;
        align-items: center;
        gap: 8px;
        max-width: 100%;
      }
      .setting .error {
        grid-column: 1 / -1;
        color: var(--bad);
      }
      .wide {
        grid-template-columns: 1fr;
        gap: 6px;
      }
      .wide .control {
        grid-column: 1;
        grid-row: auto;
      }
      .wide select {
        width: 100%;
      }
      .charger {
        padding-block: 12px;
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 8px;
      }
      .charger + .charger {
        border-top: 1px solid var(--line);
      }
      .indicators {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 20px;
      }
      .indicator {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      .yes .icon {
        color: var(--good);
      }
      .no .icon {
        color: var(--bad);
      }
      .unknown .icon {
        color: var(--quiet);
      }
      .saved {
        color: var(--good);
      }
      .title {
        display: flex;
        align-items: center;
        gap: 8px;
        flex-wrap: wrap;
        justify-content: space-between;
      }
      @media (max-width: 420px) {
        .setting {
          gap: 2px 10px;
        }
        input[type="number"] {
          width: 84px;
        }
      }
    `]}get readOnly(){return!this.hass.user?.is_admin||!this.hass.connected}render(){let{hass:C,group:H}=this;return a`
      ${C.user?.is_admin?A:a`<div class="alert" role="note">
            ${x(K)} ${M(C,"settings.read_only")}
          </div>`}
      ${C.user?.is_admin&&H.unknown.length?this.unknown():A}
      <section class="card" aria-labelledby="group">
        <h2 id="group">${M(C,"settings.group")}</h2>
        ${this.groupSettings(H.settings)}
        ${H.circuits.filter(({kind:e})=>e==="feeder").map(e=>this.feeder(e))}
      </section>
      ${H.chargers.length?a`<section class="card" aria-labelledby="chargers">
            <div class="title">
              <h2 id="chargers">${M(C,"settings.chargers")}</h2>
              ${C.user?.is_admin?a`<button
                    class="tonal"
                    ?disabled=${this.readOnly}
                    @click=${()=>p2(this.renderRoot,C,this.entryId)}
                  >
                    ${M(C,"settings.add")}
                  </button>`:A}
            </div>
            ${H.chargers.map(e=>this.charger(e))}
          </section>`:A}
      ${C.user?.is_admin?a`<elm-tags .hass=${C} .entryId=${this.entryId}></elm-tags>
            <div>
            <a class="button tonal" href=${H1(this.entryId)}
              >${M(C,"settings.entry")}</a
            >
          </div>`:A}
    `}groupSettings(C){let{hass:H}=this,e=r=>({rated:g(H,r)});return a`
      ${this.currentSetting("maximum_current",C.maximum_current,C.rated_current,{...e(C.rated_current)})}
      ${this.switchSetting("balancing",C.balancing)}
      ${this.choice("policy",C.policy,["take_turns","minimum_for_all"],"policies")}
      ${C.adaptive===void 0?a`<div class="setting">
            <span class="help">${M(H,"settings.no_meter")}</span>
            ${H.user?.is_admin?a`<span class="control"
                  ><a class="button" href=${H1(this.entryId)}
                    >${M(H,"settings.set_up_meter")}</a
                  ></span
                >`:A}
          </div>`:a`
            ${this.switchSetting("adaptive",C.adaptive)}
            ${this.currentSetting("grid_maximum_current",C.grid_maximum_current,C.grid_rated_current,e(C.grid_rated_current))}
            ${this.currentSetting("safe_limit",C.safe_limit,Math.min(C.rated_current,C.grid_rated_current),{})}
            ${this.choice("phase_choice",C.phase_choice,["each_phase","highest_phase","l1","l2","l3"],"phase_choices")}
          `}
    `}currentSetting(C,H,e,r){let{hass:t}=this;return a`<div class="setting">
      <label for=${C}>${M(t,`settings.${C}`)}</label>
      <span class="help" id="${C}-help">${M(t,`settings.${C}_help`,r)}</span>
      <span class="control">
        ${this.saved(C)}
        <input
          id=${C}
          type="number"
          inputmode="decimal"
          min="0"
          max=${e}
          step="0.1"
          .value=${String(H)}
          ?disabled=${this.readOnly}
          aria-describedby="${C}-help"
          aria-invalid=${C in this.errors}
          @change=${i=>this.setCurrent(C,i)}
        />
        <span class="quiet">A</span>
      </span>
      ${this.error(C)}
    </div>`}feeder(C){let{hass:H}=this,e=Math.max(...C.rated);return a`
      ${this.feederSetting(C,"maximum",C.maximum,e,{label:C.name??"",help:M(H,"settings.feeder_help",{rated:g(H,e)})})}
      ${C.safe_limit===null?A:this.feederSetting(C,"safe_limit",C.safe_limit,e,{label:M(H,"settings.feeder_safe_limit",{name:C.name??""}),help:M(H,"settings.feeder_safe_limit_help")})}
    `}feederSetting(C,H,e,r,t){let i=`${C.id}-${H}`;return a`<div class="setting">
      <label for=${i}>${t.label}</label>
      <span class="help" id="${i}-help">${t.help}</span>
      <span class="control">
        ${this.saved(i)}
        <input
          id=${i}
          type="number"
          inputmode="decimal"
          min="0"
          max=${r}
          step="0.1"
          .value=${String(e)}
          ?disabled=${this.readOnly}
          aria-describedby="${i}-help"
          aria-invalid=${i in this.errors}
          @change=${o=>this.save(i,o.target,d=>U5(this.hass,this.entryId,C.id,{[H]:d}))}
        />
        <span class="quiet">A</span>
      </span>
      ${this.error(i)}
    </div>`}switchSetting(C,H){let{hass:e}=this;return a`<div class="setting">
      <label for=${C}>${M(e,`settings.${C}`)}</label>
      <span class="help" id="${C}-help">${M(e,`settings.${C}_help`)}</span>
      <span class="control">
        ${this.saved(C)}
        <input
          id=${C}
          type="checkbox"
          role="switch"
          .checked=${c1(H)}
          ?disabled=${this.readOnly}
          aria-describedby="${C}-help"
          @change=${r=>this.change(C,{[C]:r.target.checked})}
        />
      </span>
      ${this.error(C)}
    </div>`}choice(C,H,e,r){let{hass:t}=this;return a`<div class="setting wide">
      <label for=${C}>${M(t,`settings.${C}`)} ${this.saved(C)}</label>
      <span class="control">
        <select
          id=${C}
          .value=${c1(H)}
          ?disabled=${this.readOnly}
          @change=${i=>this.change(C,{[C]:i.target.value})}
        >
          ${e.map(i=>a`<option value=${i} ?selected=${i===H}>
                ${M(t,`settings.${r}.${i}`)}
              </option>`)}
        </select>
      </span>
      ${this.error(C)}
    </div>`}charger(C){let{hass:H,group:e}=this,r=[C.vendor,C.model].filter(Boolean).join(" ");return a`<div class="charger">
      <div class="title">
        <h3 class="name">${C.name}</h3>
        <span class="quiet">${r||C.id}</span>
      </div>
      <div class="indicators">
        ${this.indicator("dlm",C.dlm)} ${this.indicator("alm",C.alm)}
      </div>
      <p class="quiet">${M(H,"settings.without")}: ${c2(H,C.fail_safe)}</p>
      ${H.user?.is_admin&&e.settings.adaptive!==void 0?this.wiring(C):A}
      ${v1(H,e).filter(t=>t.charger.id===C.id).map(({connector:t,key:i,name:o})=>{let d=`outlet-${i}`;return a`<div class="setting">
            <label for=${d}
              >${C.connectors.length>1?o:M(H,"settings.connector_maximum")}
            </label>
            <span class="control">
              ${this.saved(d)}
              <input
                id=${d}
                type="number"
                inputmode="decimal"
                min=${C.minimum}
                max=${C.maximum}
                step="0.1"
                .value=${String(t.maximum)}
                ?disabled=${this.readOnly}
                aria-label=${M(H,"settings.connector_maximum_of",{name:o})}
                @change=${s=>this.save(d,s.target,m=>i2(H,this.entryId,C.id,t.number,{maximum:m}))}
              />
              <span class="quiet">A</span>
            </span>
            ${this.error(d)}
          </div>`})}
    </div>`}wiring(C){let{hass:H}=this,e=`wiring-${C.id}`,r=C.connectors.some(({reason:t})=>t==="finding_wiring");return a`<div class="setting wide">
      <span>${M(H,"connector.wiring")}: ${C.wiring.join("-")}</span>
      ${C.wiring_hint?a`<p class="alert warn">
            ${x(K)}
            <span class="grow"
              >${M(H,"settings.wiring_hint",{seen:C.wiring_hint.seen.join(", "),expected:C.wiring_hint.expected.join(", ")})}</span
            >
          </p>`:A}
      <span class="help" role="status"
        >${M(H,r?"settings.wiring_searching":"settings.wiring_help")}</span
      >
      <span class="control"
        ><button
          class="tonal"
          aria-label=${`${M(H,"settings.find_wiring")}: ${C.name}`}
          ?disabled=${this.readOnly||r}
          @click=${()=>this.attempt(e,()=>j5(H,this.entryId,C.id))}
        >
          ${M(H,"settings.find_wiring")}
        </button></span
      >
      ${this.error(e)}
    </div>`}indicator(C,{suited:H,because:e}){let{hass:r}=this;return a`<span class="indicator small ${H}">
      ${x(t7[H])}
      <span
        >${M(r,`settings.${C}`)}: ${M(r,`settings.suited.${H}`)}
        <span class="quiet">(${M(r,`settings.because.${e}`)})</span></span
      >
    </span>`}unknown(){let{hass:C,group:H}=this;return a`<section class="card" aria-labelledby="unknown">
      <h2 id="unknown">${M(C,"settings.unknown")}</h2>
      <p class="quiet">${M(C,"settings.unknown_help")}</p>
      ${H.unknown.map(e=>a`<div class="setting">
          <span class="name"><strong>${e.id}</strong></span>
          <span class="help"
            >${[[e.vendor,e.model].filter(Boolean).join(" "),e.serial,e.address,M(C,e.connected?"settings.unknown_connected":"settings.unknown_gone")].filter(Boolean).join(" · ")}</span
          >
          <span class="control"
            ><button
              class="tonal"
              aria-label=${`${M(C,"settings.add")}: ${e.id}`}
              ?disabled=${this.readOnly||this.adding}
              @click=${()=>this.add(e)}
            >
              ${M(C,"settings.add")}
            </button></span
          >
        </div>`)}
    </section>`}async add({issue:C}){this.adding=!0;try{let H=await N3(this.hass,C);H?await W3(this.renderRoot,this.hass,H)||t1(q5):t1(H1(this.entryId))}catch{t1(H1(this.entryId))}finally{this.adding=!1}}saved(C){return a`<span role="status" class="saved small"
      >${this.savedKey===C?a`${x(b1)}<span class="sr">${M(this.hass,"settings.saved")}</span>`:A}</span
    >`}error(C){let H=this.errors[C];return H?a`<p class="error" role="alert">${H}</p>`:A}setCurrent(C,H){this.save(C,H.target,e=>R2(this.hass,this.entryId,{[C]:e}))}async save(C,H,e){if(!H.checkValidity()||H.value===""){this.savedKey="",this.errors={...this.errors,[C]:H.validationMessage};return}await this.attempt(C,()=>e(H.valueAsNumber))}change(C,H){this.attempt(C,()=>R2(this.hass,this.entryId,H))}async attempt(C,H){let{[C]:e,...r}=this.errors;this.errors=r,this.savedKey="";try{await H(),this.savedKey=C,window.setTimeout(()=>{this.savedKey===C&&(this.savedKey="")},3e3)}catch(t){this.errors={...this.errors,[C]:T(this.hass,t)},this.requestUpdate()}}};n([l({attribute:!1,hasChanged:w})],e1.prototype,"hass",2),n([l({attribute:!1})],e1.prototype,"group",2),n([l()],e1.prototype,"entryId",2),n([v()],e1.prototype,"errors",2),n([v()],e1.prototype,"savedKey",2),n([v()],e1.prototype,"adding",2);O("elm-settings",e1);var j3=[{name:"now",icon:x5},{name:"history",icon:W1},{name:"log",icon:t5},{name:"settings",icon:j1}],M7=5e3,Z1=class extends Z{constructor(){super(...arguments);this.narrow=!1;this.follower=new g1(this);this.now=()=>this.follower.now;this.wallClock=()=>this.follower.wallClock;this.listing=!1}static{this.styles=[k,S`
      :host {
        display: flex;
        flex-direction: column;
        height: 100%;
        min-height: 100vh;
        min-height: 100dvh;
        background: var(--primary-background-color, #fafafa);
      }
      .toolbar {
        position: sticky;
        top: 0;
        z-index: 4;
        background: var(--app-header-background-color, var(--sidebar-background-color, #fff));
        color: var(--app-header-text-color, var(--sidebar-text-color, #212121));
        border-bottom: var(--app-header-border-bottom, 1px solid var(--line));
        padding-top: var(--safe-area-inset-top, 0px);
        padding-inline: var(--safe-area-inset-left, 0px) var(--safe-area-inset-right, 0px);
      }
      .bar {
        display: flex;
        align-items: center;
        height: var(--header-height, 56px);
        padding-inline: 12px;
        gap: 12px;
      }
      .title {
        font-size: var(--ha-font-size-xl, 20px);
        font-weight: var(--ha-font-weight-normal, 400);
        margin-inline-start: 8px;
        white-space: nowrap;
        min-width: 0;
      }
      .bar select {
        color: inherit;
        width: 100%;
        max-width: min(240px, 45vw);
        text-overflow: ellipsis;
      }
      .menu {
        color: inherit;
        padding: 0 10px;
      }
      nav {
        display: flex;
        height: 100%;
        flex: 1;
        justify-content: center;
      }
      nav a {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 0 18px;
        color: inherit;
        text-decoration: none;
        border-bottom: 2px solid transparent;
        border-top: 2px solid transparent;
      }
      nav a[aria-current] {
        color: var(--accent-words);
        border-bottom-color: currentColor;
      }
      nav a:focus-visible {
        outline-offset: -3px;
      }
      .side {
        min-width: 150px;
        max-width: 240px;
        display: flex;
        justify-content: flex-end;
      }
      main {
        flex: 1;
        width: 100%;
        max-width: 1280px;
        margin: 0 auto;
        padding: 16px;
        padding-inline: max(16px, var(--safe-area-inset-left, 0px))
          max(16px, var(--safe-area-inset-right, 0px));
        display: grid;
        gap: 16px;
        align-content: start;
        grid-template-columns: minmax(0, 1fr);
      }
      :host([narrow]) main {
        padding: 12px 12px calc(76px + var(--safe-area-inset-bottom, 0px));
        gap: 12px;
      }
      :host([narrow]) nav {
        position: fixed;
        z-index: 4;
        inset-inline: 0;
        bottom: 0;
        height: calc(60px + var(--safe-area-inset-bottom, 0px));
        padding-bottom: var(--safe-area-inset-bottom, 0px);
        background: var(--sidebar-background-color, #fff);
        color: var(--sidebar-text-color, #212121);
        border-top: 1px solid var(--line);
      }
      :host([narrow]) nav a {
        flex: 1;
        flex-direction: column;
        gap: 0;
        justify-content: center;
        padding: 0 4px;
        border: 0;
        font-size: var(--ha-font-size-s, 12px);
      }
      :host([narrow]) nav a[aria-current] {
        color: var(--accent-words);
      }
      :host([narrow]) .side {
        min-width: 0;
        margin-inline-start: auto;
      }
      .content {
        min-width: 0;
      }
      .old {
        opacity: 0.6;
      }
    `]}connectedCallback(){super.connectedCallback(),this.timer=window.setInterval(()=>{(!this.groups?.length||this.follower.seen.state==="removed")&&this.list()},M7)}disconnectedCallback(){super.disconnectedCallback(),window.clearInterval(this.timer)}async list(){if(!(this.listing||!this.hass?.connected)){this.listing=!0;try{this.groups=await t2(this.hass)}catch{}finally{this.listing=!1}}}get tab(){let C=this.route?.path.split("/")[1];return j3.find(H=>H.name===C)?.name??"now"}get entryId(){let C=$2(this.route?.path??"")?.entryId||this.route?.path.split("/")[2]||new URLSearchParams(window.location.search).get("config_entry");return(this.groups?.find(({entry_id:H})=>H===C)??this.groups?.[0])?.entry_id}willUpdate(C){if(C.has("hass")&&this.hass){let e=C.get("hass");e?.language!==this.hass.language&&A2(this.hass).then(()=>this.requestUpdate()),(!this.groups||e?.connected===!1)&&this.list()}let{entryId:H}=this;this.hass&&H&&this.follower.follow(this.hass,H)}render(){let{hass:C}=this;if(!C)return A;let H=this.tabs();return a`
      <header class="toolbar">
        <div class="bar">
          ${this.menu()} <h1 class="title ${this.narrow?"name":""}">${M(C,"title")}</h1>
          ${this.narrow?A:H}
          <div class="side">${this.groupPicker()}</div>
        </div>
      </header>
      <main>
        ${C.connected?A:a`<div class="alert warn" role="status">
              ${x(e5)}<span class="grow">${M(C,"reconnecting")}</span>
            </div>`}
        <div class="content ${C.connected?"":"old"}">${this.content()}</div>
      </main>
      ${this.narrow?H:A}
    `}menu(){return customElements.get("ha-menu-button")?a`<ha-menu-button .hass=${this.hass} .narrow=${this.narrow}></ha-menu-button>`:this.narrow?a`<button
          class="menu"
          aria-label=${M(this.hass,"menu")}
          @click=${()=>this.dispatchEvent(new CustomEvent("hass-toggle-menu",{bubbles:!0,composed:!0}))}
        >
          ${x(n5)}
        </button>`:a``}path(C){let{entryId:H}=this;return this.groups&&this.groups.length>1?`${D}/${C}/${H}`:`${D}/${C}`}tabs(){return a`<nav aria-label=${M(this.hass,"title")}>
      ${j3.map(C=>a`<a href=${this.path(C.name)} aria-current=${this.tab===C.name?"page":A}>
            ${x(C.icon)}<span>${M(this.hass,`tabs.${C.name}`)}</span>
          </a>`)}
    </nav>`}groupPicker(){return!this.groups||this.groups.length<2?A:a`<select
      aria-label=${M(this.hass,"group")}
      @change=${C=>{t1(`${D}/${this.tab}/${C.target.value}`)}}
    >
      ${this.groups.map(({entry_id:C,name:H})=>a`<option value=${C} ?selected=${C===this.entryId}>${H}</option>`)}
    </select>`}content(){let{hass:C,groups:H}=this;if(!H)return a`<p class="quiet" aria-busy="true">${M(C,"loading")}</p>`;if(!H.length)return F(X,M(C,"no_groups.title"),M(C,C.user?.is_admin?"no_groups.admin":"no_groups.guest"),C.user?.is_admin?a`<a class="button filled" href=${K5}
              >${M(C,"no_groups.add")}</a
            >`:A);let{seen:e}=this.follower;switch(e.state){case"loading":return a`<p class="quiet" aria-busy="true">${M(C,"loading")}</p>`;case"removed":return F(U1,M(C,"removed.title"),M(C,"removed.text"));case"stopped":return F(l5,M(C,"stopped.title"),e.reason??M(C,"stopped.text"),C.user?.is_admin?a`<a class="button tonal" href=${H1(this.entryId)}
                >${M(C,"stopped.open")}</a
              >`:A);case"unreachable":return F(K,M(C,"unreachable.title"),M(C,"unreachable.text",{error:e.error}))}let{group:r}=e,t=this.entryId,i=$2(this.route?.path??"");if(i)return a`<elm-outlet-view
        .hass=${C}
        .group=${r}
        .entryId=${t}
        .key=${i.key}
        .now=${this.now}
        .wallClock=${this.wallClock}
      ></elm-outlet-view>`;switch(this.tab){case"now":return a`<elm-now
          .hass=${C}
          .group=${r}
          .entryId=${t}
          .now=${this.now}
          ?narrow=${this.narrow}
        ></elm-now>`;case"history":return a`<elm-history
          .hass=${C}
          .entryId=${t}
          .phases=${r.phases}
          .hasMeter=${r.settings.safe_limit!==void 0}
          .circuits=${r.circuits}
          .wallClock=${this.wallClock}
        ></elm-history>`;case"log":return a`<elm-log .hass=${C} .group=${r} .entryId=${t} .wallClock=${this.wallClock}></elm-log>`;case"settings":return a`<elm-settings
          .hass=${C}
          .group=${r}
          .entryId=${t}
        ></elm-settings>`}}};n([l({attribute:!1,hasChanged:w})],Z1.prototype,"hass",2),n([l({type:Boolean,reflect:!0})],Z1.prototype,"narrow",2),n([l({attribute:!1})],Z1.prototype,"route",2),n([v()],Z1.prototype,"groups",2);O("ev-load-manager-panel",Z1);export{Z1 as Panel};
/*! Bundled license information:

@lit/reactive-element/css-tag.js:
  (**
   * @license
   * Copyright 2019 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

@lit/reactive-element/reactive-element.js:
lit-html/lit-html.js:
lit-element/lit-element.js:
@lit/reactive-element/decorators/custom-element.js:
@lit/reactive-element/decorators/property.js:
@lit/reactive-element/decorators/state.js:
@lit/reactive-element/decorators/event-options.js:
@lit/reactive-element/decorators/base.js:
@lit/reactive-element/decorators/query.js:
@lit/reactive-element/decorators/query-all.js:
@lit/reactive-element/decorators/query-async.js:
@lit/reactive-element/decorators/query-assigned-nodes.js:
lit-html/directive.js:
lit-html/directives/repeat.js:
  (**
   * @license
   * Copyright 2017 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

lit-html/is-server.js:
  (**
   * @license
   * Copyright 2022 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

@lit/reactive-element/decorators/query-assigned-elements.js:
  (**
   * @license
   * Copyright 2021 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

lit-html/directive-helpers.js:
lit-html/directives/live.js:
  (**
   * @license
   * Copyright 2020 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

lit-html/directives/style-map.js:
lit-html/directives/guard.js:
  (**
   * @license
   * Copyright 2018 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)
*/
